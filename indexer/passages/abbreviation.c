/* See abbreviation.h. */
#include "indexer/passages/abbreviation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/passages/abbreviation_words.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define ANY BEFORE_ANYTHING
#define NAME BEFORE_NAME
#define LOWER BEFORE_LOWER_CASE
#define NUMBER BEFORE_NUMBER

/* Sorted without regard to case. One that is capitalised here counts only when it is capitalised in
 * the text: "Sun." is a day, "the sun." an end. In capitals most are acronyms ("patients with
 * MS."), and only the longer of NAME count ("INC."). */
static const struct abbreviation_entry entries[] = {
    {"Acad", NAME},   {"Adm", ANY},     {"al", NAME},     {"Am", NAME},     {"app", NUMBER},
    {"approx", ANY},  {"Apr", NAME},    {"art", NUMBER},  {"Assn", NAME},   {"Assoc", NAME},
    {"Aug", NAME},    {"Ave", NAME},    {"avg", LOWER},   {"b.sc", NAME},   {"Biol", NAME},
    {"Blvd", NAME},   {"Bros", NAME},   {"c", NUMBER},    {"c.f", ANY},     {"ca", NUMBER},
    {"Capt", ANY},    {"cf", ANY},      {"ch", NUMBER},   {"chap", NUMBER}, {"Chem", NAME},
    {"Clin", NAME},   {"cm", LOWER},    {"Cmdr", ANY},    {"Co", NAME},     {"Col", ANY},
    {"Corp", NAME},   {"Cpl", ANY},     {"d.phil", NAME}, {"Dec", NAME},    {"dept", NAME},
    {"dr", ANY},      {"Drs", ANY},     {"e.g", ANY},     {"ed", NAME},     {"eds", NAME},
    {"eg", ANY},      {"Engl", NAME},   {"eq", ANY},      {"eqs", ANY},     {"esp", ANY},
    {"Esq", NAME},    {"est", NUMBER},  {"etc", LOWER},   {"Eur", NAME},    {"Feb", NAME},
    {"Fig", ANY},     {"Figs", ANY},    {"Fr", ANY},      {"Fri", NAME},    {"ft", LOWER},
    {"Gen", ANY},     {"gmbh", NAME},   {"Gov", ANY},     {"Hon", ANY},     {"Hosp", NAME},
    {"hr", LOWER},    {"hrs", LOWER},   {"i.e", ANY},     {"ie", ANY},      {"in", NUMBER},
    {"Inc", NAME},    {"incl", ANY},    {"Inst", NAME},   {"Int", NAME},    {"Intl", NAME},
    {"Jan", NAME},    {"Jr", NAME},     {"Jul", NAME},    {"Jun", NAME},    {"kg", LOWER},
    {"lb", LOWER},    {"lbs", LOWER},   {"llc", NAME},    {"Lt", ANY},      {"Ltd", NAME},
    {"m.sc", NAME},   {"Maj", ANY},     {"Mar", NAME},    {"max", NUMBER},  {"mcg", LOWER},
    {"Messrs", ANY},  {"mg", LOWER},    {"min", LOWER},   {"mins", LOWER},  {"ml", LOWER},
    {"Mlle", ANY},    {"mm", LOWER},    {"Mme", ANY},     {"Mon", NAME},    {"Mr", ANY},
    {"Mrs", ANY},     {"Ms", ANY},      {"Mt", ANY},      {"Mx", ANY},      {"Natl", NAME},
    {"no", NUMBER},   {"nos", NUMBER},  {"Nov", NAME},    {"nr", NUMBER},   {"Oct", NAME},
    {"oz", LOWER},    {"p", NUMBER},    {"para", NUMBER}, {"ph.d", NAME},   {"pharm.d", NAME},
    {"Plc", NAME},    {"pp", NUMBER},   {"Pres", ANY},    {"Proc", NAME},   {"prof", ANY},
    {"profs", ANY},   {"psy.d", NAME},  {"pt", NUMBER},   {"Pvt", ANY},     {"Rd", NAME},
    {"ref", NUMBER},  {"refs", NUMBER}, {"Rep", ANY},     {"resp", ANY},    {"Rev", ANY},
    {"Sat", NAME},    {"Sci", NAME},    {"sec", LOWER},   {"sect", NUMBER}, {"Sen", ANY},
    {"Sep", NAME},    {"Sept", NAME},   {"Sgt", ANY},     {"Soc", NAME},    {"spp", LOWER},
    {"Sr", NAME},     {"St", NAME},     {"subsp", LOWER}, {"Sun", NAME},    {"suppl", NUMBER},
    {"tab", NUMBER},  {"tbsp", LOWER},  {"Thu", NAME},    {"tsp", LOWER},   {"Tue", NAME},
    {"Univ", NAME},   {"v", ANY},       {"ver", NUMBER},  {"viz", ANY},     {"vol", NUMBER},
    {"vols", NUMBER}, {"vs", ANY},      {"Wed", NAME},    {"Yahoo", NAME},  {"yr", LOWER},
    {"yrs", LOWER}};

/* Sorted. "First", "One" and the like are missing because of "U.S. First Lady". */
static const char *const openers[] = {
    "A",     "According",    "Additionally", "After",  "All",       "Also",      "Although",
    "An",    "And",          "Are",          "As",     "At",        "Because",   "Before",
    "Both",  "But",          "By",           "Can",    "Could",     "Despite",   "Did",
    "Do",    "Does",         "During",       "Each",   "Even",      "Every",     "Finally",
    "For",   "From",         "Furthermore",  "He",     "Hence",     "Her",       "Here",
    "His",   "How",          "However",      "I",      "If",        "In",        "Instead",
    "Is",    "It",           "Its",          "Many",   "Meanwhile", "More",      "Moreover",
    "Most",  "Nevertheless", "No",           "Not",    "Now",       "On",        "Once",
    "Only",  "Or",           "Our",          "Over",   "Overall",   "People",    "Several",
    "She",   "Should",       "Similarly",    "Since",  "So",        "Some",      "Such",
    "That",  "The",          "Their",        "Then",   "There",     "Therefore", "These",
    "They",  "This",         "Those",        "Though", "Thus",      "To",        "Today",
    "Under", "Unlike",       "Until",        "We",     "Were",      "What",      "When",
    "Where", "Which",        "While",        "Who",    "Why",       "With",      "Without",
    "You",   "Your"};

/* Sorted, in lower case. */
static const char *const lettered[] = {
    "apolipoprotein", "appendix",    "article",     "category",   "chapter",    "class",
    "coenzyme",       "factor",      "figure",      "grade",      "grades",     "group",
    "groups",         "haemoglobin", "haemophilia", "hemoglobin", "hemophilia", "hepatitis",
    "immunoglobulin", "influenza",   "level",       "option",     "part",       "phase",
    "phases",         "plan",        "point",       "protein",    "room",       "schedule",
    "section",        "series",      "stage",       "stages",     "step",       "strain",
    "table",          "team",        "type",        "types",      "vitamin",    "vitamins"};

struct word {
    const char *text;
    size_t n_bytes;
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static int compare(const struct word *word, const char *entry) {
    int order = strncasecmp(word->text, entry, word->n_bytes);
    return order != 0 ? order : -(entry[word->n_bytes] != '\0');
}

static int compare_entry(const void *word, const void *entry) {
    return compare(word, ((const struct abbreviation_entry *)entry)->word);
}

static int compare_string(const void *word, const void *entry) {
    return compare(word, *(const char *const *)entry);
}

/* True for letters with single stops between groups of at most two: "U.S", "Ph.D", "p.m". */
static bool is_dotted(const char *word, size_t n_bytes) {
    size_t n_dots = 0;
    size_t group = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        group = word[i] == '.' ? 0 : group + 1;
        n_dots += word[i] == '.';
        if (group > 2 || (i > 0 && word[i] == '.' && word[i - 1] == '.'))
            return false;
    }
    return n_dots > 0 && word[0] != '.';
}

const struct abbreviations *abbreviations_of(const char *language) {
    bool has_code = language && language[0] && language[1] &&
                    (!language[2] || language[2] == '-' || language[2] == '_');
    static const struct abbreviations english = {.language = "en"};
    for (const struct abbreviations *other = abbreviation_languages; has_code && other->language;
         other++)
        if (strncasecmp(language, other->language, 2) == 0)
            return other;
    return &english;
}

bool abbreviation_numbers(const struct abbreviations *known) {
    return known->has_ordinals;
}

/* The entry of the language itself, or NULL. */
static const struct abbreviation_entry *own_entry(const struct abbreviations *known,
                                                  const struct word *word) {
    for (size_t i = 0; i < known->n_entries; i++) {
        const char *entry = known->entries[i].word;
        bool as_it_is = is_upper(entry[0]) || word->n_bytes == 1;
        if (strlen(entry) == word->n_bytes &&
            (as_it_is ? memcmp(entry, word->text, word->n_bytes)
                      : strncasecmp(entry, word->text, word->n_bytes)) == 0)
            return &known->entries[i];
    }
    return NULL;
}

enum abbreviation abbreviation_of(const struct abbreviations *known, const char *word,
                                  size_t n_bytes) {
    if (n_bytes == 0 || n_bytes > ABBREVIATION_BYTES)
        return NO_ABBREVIATION;
    struct word key = {word, n_bytes};
    const struct abbreviation_entry *own = own_entry(known, &key);
    if (own)
        return own->kind;
    if (n_bytes == 1 && is_upper(word[0]))
        return NO_ABBREVIATION; /* an initial, or a kind: "vitamin C." */
    const struct abbreviation_entry *found =
        bsearch(&key, entries, COUNT(entries), sizeof *entries, compare_entry);
    bool is_english = known->n_entries == 0;
    if (found && !is_english && found->kind == BEFORE_NUMBER)
        return NO_ABBREVIATION; /* "no." and "in." are other words elsewhere */
    if (found && is_upper(found->word[0]) && !is_upper(word[0]))
        return NO_ABBREVIATION;
    bool is_acronym = n_bytes > 1 && is_upper(word[0]) && is_upper(word[1]);
    if (found && is_acronym && (found->kind != BEFORE_NAME || n_bytes == 2))
        return NO_ABBREVIATION;
    if (found)
        return found->kind;
    return is_dotted(word, n_bytes) ? BEFORE_NAME : NO_ABBREVIATION;
}

static bool contains(const char *const *words, size_t n_words, const char *word, size_t n_bytes) {
    struct word key = {word, n_bytes};
    return bsearch(&key, words, n_words, sizeof *words, compare_string) != NULL;
}

bool abbreviation_opener(const struct abbreviations *known, const char *word, size_t n_bytes) {
    if (n_bytes == 0 || !is_upper(word[0]))
        return false;
    if (!known->openers)
        return contains(openers, COUNT(openers), word, n_bytes);
    for (size_t i = 0; i < known->n_openers; i++)
        if (strlen(known->openers[i]) == n_bytes && memcmp(known->openers[i], word, n_bytes) == 0)
            return true;
    return false;
}

bool abbreviation_lettered(const char *word, size_t n_bytes) {
    return contains(lettered, COUNT(lettered), word, n_bytes);
}
