/* See health.h. */
#include "store/health.h"

const char *health_name(int health) {
    static const char *const names[N_LINK_HEALTHS] = {
        [HEALTH_UNFETCHED] = "unfetched",
        [HEALTH_LIVE] = "live",
        [HEALTH_MOVED] = "moved",
        [HEALTH_BLOCKED] = "blocked",
        [HEALTH_ARCHIVED] = "archived",
        [HEALTH_DEAD] = "dead",
        [HEALTH_UNREACHABLE] = "unreachable",
    };
    return names[health >= 0 && health < N_LINK_HEALTHS ? health : HEALTH_UNFETCHED];
}
