/* What is known of a cited link. */
#ifndef OSLER_STORE_HEALTH_H
#define OSLER_STORE_HEALTH_H

/* Stored in sources.health: the numbers stay. */
enum link_health {
    HEALTH_UNFETCHED,   /* nothing is known yet */
    HEALTH_LIVE,        /* the page came */
    HEALTH_MOVED,       /* it came from elsewhere, and is there for good */
    HEALTH_BLOCKED,     /* it is there, but not for programs: 401, 403, 429, 451, robots.txt */
    HEALTH_ARCHIVED,    /* it is in an archive that was read, and was never asked for */
    HEALTH_DEAD,        /* 404, 410, no such host */
    HEALTH_UNREACHABLE, /* it did not come, and may another time */
    N_LINK_HEALTHS
};

/* "unfetched", "live" and so on; "unfetched" for another number. */
const char *health_name(int health);

#endif
