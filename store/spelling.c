/* See spelling.h. A rule is here only if no other word has the letters that it changes, or if what
 * it makes of them is no word: a rule that joins two different words loses more than it finds.
 * "-lyze" goes the other way, since "analyses" is a plural everywhere. */
#include "store/spelling.h"

#include <stdbool.h>
#include <string.h>

struct change {
    const char *from, *to;
};

/* The letters without which a kind of change is not looked for: most words have none of them. */
static const struct {
    const char *letters;
    enum { INNER = 1, ISE = 2, LL = 4, LYZE = 8 } kind;
} pivots[] = {
    {"ae", INNER},    {"oe", INNER}, {"our", INNER}, {"lph", INNER}, {"leuc", INNER},
    {"logue", INNER}, {"is", ISE},   {"ll", LL},     {"lyz", LYZE},
};

/* Anywhere in a word. */
static const struct change inner[] = {
    {"aem", "em"},
    {"paed", "ped"},
    {"aesth", "esth"},
    {"gynaec", "gynec"},
    {"caec", "cec"},
    {"caes", "ces"},
    {"faec", "fec"},
    {"aetio", "etio"},
    {"palaeo", "paleo"},
    {"archaeo", "archeo"},
    {"phaeo", "pheo"},
    {"naev", "nev"},
    {"laev", "lev"},
    {"diaev", "diev"},
    {"oesoph", "esoph"},
    {"oestr", "estr"},
    {"foet", "fet"},
    {"oedem", "edem"},
    {"rrhoe", "rrhe"},
    {"coelia", "celia"},
    {"amoeb", "ameb"},
    {"pnoea", "pnea"},
    {"manoeuv", "maneuv"},
    {"homoeo", "homeo"},
    {"sulph", "sulf"},
    {"leucocyt", "leukocyt"},
    {"tumour", "tumor"},
    {"haviour", "havior"},
    {"colour", "color"},
    {"favour", "favor"},
    {"labour", "labor"},
    {"neighbour", "neighbor"},
    {"honour", "honor"},
    {"odour", "odor"},
    {"vapour", "vapor"},
    {"flavour", "flavor"},
    {"humour", "humor"},
    {"harbour", "harbor"},
    {"rumour", "rumor"},
    {"saviour", "savior"},
    {"savour", "savor"},
    {"vigour", "vigor"},
    {"rigour", "rigor"},
    {"endeavour", "endeavor"},
    {"armour", "armor"},
    {"splendour", "splendor"},
    {"demeanour", "demeanor"},
    {"catalogue", "catalog"},
    {"dialogue", "dialog"},
    {"analogue", "analog"},
    {"homologue", "homolog"},
};

/* At the beginning of a word. */
static const struct change first[] = {
    {"aluminium", "aluminum"},
    {"artefact", "artifact"},
    {"defence", "defense"},
    {"dietician", "dietitian"},
    {"enrolment", "enrollment"},
    {"fulfilment", "fulfillment"},
    {"grey", "gray"},
    {"instalment", "installment"},
    {"judgement", "judgment"},
    {"licence", "license"},
    {"mould", "mold"},
    {"offence", "offense"},
    {"practis", "practic"},
    {"pretence", "pretense"},
    {"sceptic", "skeptic"},
    {"skilful", "skillful"},
    {"specialit", "specialt"},
};

/* At the end of a word, perhaps with "s" or "d" behind it. */
static const struct change last[] = {
    {"centre", "center"},   {"fibre", "fiber"},     {"litre", "liter"},   {"metre", "meter"},
    {"titre", "titer"},     {"goitre", "goiter"},   {"lustre", "luster"}, {"spectre", "specter"},
    {"theatre", "theater"}, {"calibre", "caliber"},
};

/* Whole words that other rules would make something else of. */
static const struct change whole[] = {
    {"haem", "heme"},
    {"programme", "program"},
    {"programmes", "programs"},
};

/* What stands before "ise", "ising", "isation" in words that Americans write with a "z": not in
 * "exercise", "precise", "promise", "raise", "expertise". */
static const char ize_stems[] =
    " al an ar as at en er es et gn ic id il im in it ll od og ol om on "
    "or ot rd rn un ur ym ";
static const char *const ize_endings[] = {"e",   "ed",    "es",     "er",  "ers",
                                          "ing", "ation", "ations", "able"};
enum { IZE_LEAST_BYTES = 3 }; /* of what stands before: not "arise", "anise" */

/* A final "l" is doubled only in Britain. */
static const char *const l_stems[] = {"counsel", "label", "model",  "travel", "cancel", "channel",
                                      "signal",  "level", "tunnel", "dial",   "fuel",   "total",
                                      "equal",   "pedal", "panel",  "marshal"};
static const char *const l_endings[] = {"ed", "ing", "ings", "er", "ers", "or", "ors"};

static const char *const lyze_endings[] = {"e", "ed", "es", "er", "ers", "ing"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The word as far as it is changed. */
struct spelling {
    char *word;
    size_t n_bytes;
    bool changed;
};

static void replace(struct spelling *spelling, size_t at, size_t n_from, const char *to) {
    const size_t n_to = strlen(to);
    if (spelling->n_bytes - n_from + n_to > SPELLING_MAX_BYTES + SPELLING_GROWTH)
        return;
    memmove(spelling->word + at + n_to, spelling->word + at + n_from,
            spelling->n_bytes - at - n_from);
    memcpy(spelling->word + at, to, n_to);
    spelling->n_bytes = spelling->n_bytes - n_from + n_to;
    spelling->changed = true;
}

static char *find(const struct spelling *spelling, const char *letters) {
    return memmem(spelling->word, spelling->n_bytes, letters, strlen(letters));
}

/* True if `letters` stand before byte `end`. */
static bool ends_at(const struct spelling *spelling, size_t end, const char *letters) {
    const size_t n = strlen(letters);
    return n <= end && memcmp(spelling->word + end - n, letters, n) == 0;
}

/* The bytes before the longest of `endings`, or 0. */
static size_t before_ending(const struct spelling *spelling, const char *const *endings,
                            size_t n_endings) {
    size_t before = 0;
    for (size_t i = 0; i < n_endings; i++)
        if (ends_at(spelling, spelling->n_bytes, endings[i]) &&
            (before == 0 || spelling->n_bytes - strlen(endings[i]) < before))
            before = spelling->n_bytes - strlen(endings[i]);
    return before;
}

static void change_whole(struct spelling *spelling) {
    for (size_t i = 0; i < COUNT(whole); i++) {
        if (whole[i].from[0] != spelling->word[0])
            continue;
        const size_t n = strlen(whole[i].from);
        if (n == spelling->n_bytes && memcmp(spelling->word, whole[i].from, n) == 0) {
            replace(spelling, 0, n, whole[i].to);
            return;
        }
    }
}

/* The kinds of change whose letters the word has. */
static unsigned kinds_of(const struct spelling *spelling) {
    static const bool begins[256] = {['a'] = true, ['i'] = true, ['l'] = true, ['o'] = true};
    unsigned kinds = 0;
    for (size_t at = 0; at < spelling->n_bytes; at++)
        for (size_t i = 0; begins[(unsigned char)spelling->word[at]] && i < COUNT(pivots); i++) {
            const char *letters = pivots[i].letters;
            size_t n = 0;
            while (at + n < spelling->n_bytes && spelling->word[at + n] == letters[n])
                n++;
            if (letters[n] == '\0')
                kinds |= pivots[i].kind;
        }
    return kinds;
}

static void change_inner(struct spelling *spelling) {
    for (size_t i = 0; i < COUNT(inner); i++) {
        const char *found = find(spelling, inner[i].from);
        if (found)
            replace(spelling, (size_t)(found - spelling->word), strlen(inner[i].from), inner[i].to);
    }
}

static void change_first(struct spelling *spelling) {
    for (size_t i = 0; i < COUNT(first); i++) {
        if (first[i].from[0] != spelling->word[0])
            continue;
        const size_t n = strlen(first[i].from);
        if (n <= spelling->n_bytes && memcmp(spelling->word, first[i].from, n) == 0) {
            replace(spelling, 0, n, first[i].to);
            return;
        }
    }
}

static void change_last(struct spelling *spelling) {
    const char letter = spelling->word[spelling->n_bytes - 1];
    const size_t end = spelling->n_bytes - (letter == 's' || letter == 'd');
    if (!ends_at(spelling, end, "re"))
        return;
    for (size_t i = 0; i < COUNT(last); i++) {
        if (ends_at(spelling, end, last[i].from)) {
            const size_t n = strlen(last[i].from);
            /* "centred" is "centered" */
            const bool is_past = letter == 'd' && end < spelling->n_bytes;
            replace(spelling, end - n, n, last[i].to);
            if (is_past)
                replace(spelling, spelling->n_bytes - 1, 1, "ed");
            return;
        }
    }
}

static void change_ise(struct spelling *spelling) {
    const size_t before = before_ending(spelling, ize_endings, COUNT(ize_endings));
    if (before < IZE_LEAST_BYTES + 2 || !ends_at(spelling, before, "is"))
        return;
    const char *end = spelling->word + before - 2;
    const char pair[] = {' ', end[-2], end[-1], ' ', '\0'};
    const bool is_other =
        ends_at(spelling, before, "promis") || ends_at(spelling, before, "treatis");
    if (strstr(ize_stems, pair) && !is_other)
        replace(spelling, before - 1, 1, "z");
}

static void change_ll(struct spelling *spelling) {
    const size_t before = before_ending(spelling, l_endings, COUNT(l_endings));
    if (before < 2 || !ends_at(spelling, before, "ll"))
        return;
    for (size_t i = 0; i < COUNT(l_stems); i++) {
        if (ends_at(spelling, before - 1, l_stems[i])) {
            replace(spelling, before - 1, 1, "");
            return;
        }
    }
}

static void change_lyze(struct spelling *spelling) {
    const size_t before = before_ending(spelling, lyze_endings, COUNT(lyze_endings));
    if (before >= 3 && ends_at(spelling, before, "lyz"))
        replace(spelling, before - 1, 1, "s");
}

size_t spelling_american(const char *word, size_t n_bytes,
                         char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH]) {
    enum { LEAST_BYTES = 4 }; /* "grey", "haem" */
    if (n_bytes < LEAST_BYTES || n_bytes > SPELLING_MAX_BYTES)
        return 0;
    memcpy(spelled, word, n_bytes);
    struct spelling spelling = {.word = spelled, .n_bytes = n_bytes};
    change_whole(&spelling);
    const unsigned kinds = kinds_of(&spelling);
    if (kinds & INNER)
        change_inner(&spelling);
    change_first(&spelling);
    change_last(&spelling);
    if (kinds & ISE)
        change_ise(&spelling);
    if (kinds & LL)
        change_ll(&spelling);
    if (kinds & LYZE)
        change_lyze(&spelling);
    return spelling.changed ? spelling.n_bytes : 0;
}
