/* See lexeme.h.
 *
 * Any quotation mark, straight or typographic, opens a phrase and any closes it: people mix them
 * ("„so“", "“so”", "»so«", and what a word processor makes of a paste). */
#include "query/language/lexeme.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query/language/notice.h"
#include "query/language/operators.h"
#include "store/utf8.h"

enum {
    NEAR_DISTANCE = 10,    /* of NEAR without a number */
    NEAR_FARTHEST = 10000, /* beyond any passage; keeps the number an int for FTS5 */
};

struct lexer {
    const char *at;
    bool fresh; /* at the start, after white space or "(": where + and - may be operators */
    bool full;  /* QUERY_MAX_NODES are read */
    bool failed;
    size_t n_operands, n_phrases;  /* of the operands phrases, prefixes and filters */
    size_t opens[QUERY_MAX_DEPTH]; /* the LEXEME_OPENs without partner so far */
    size_t depth;
    size_t n_ignored; /* open parentheses beyond QUERY_MAX_DEPTH */
    struct lexeme_list *list;
    struct notices notices;
};

struct field_name {
    const char *name;
    bool is_filter;
    enum query_field field;
    enum query_filter filter;
};

static const struct field_name field_names[] = {
    {"title", false, FIELD_TITLE, 0},   {"heading", false, FIELD_HEADING, 0},
    {"author", true, 0, FILTER_AUTHOR}, {"site", true, 0, FILTER_SITE},
    {"kind", true, 0, FILTER_KIND},     {"lang", true, 0, FILTER_LANG},
    {"before", true, 0, FILTER_BEFORE}, {"after", true, 0, FILTER_AFTER},
    {"cites", true, 0, FILTER_CITES},   {"cited-by", true, 0, FILTER_CITED_BY},
};

static void add_lexeme(struct lexer *lexer, const struct lexeme *lexeme) {
    struct lexeme_list *list = lexer->list;
    if (list->n_lexemes == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        struct lexeme *lexemes = realloc(list->lexemes, capacity * sizeof *lexemes);
        if (!lexemes) {
            lexer->failed = true;
            return;
        }
        list->lexemes = lexemes;
        list->capacity = capacity;
    }
    list->lexemes[list->n_lexemes++] = *lexeme;
}

static void add_operand(struct lexer *lexer, const struct lexeme *lexeme) {
    if (lexer->n_operands == QUERY_MAX_NODES) {
        notice_add(&lexer->notices,
                   "the query is long: only its first %d words, phrases and filters count",
                   QUERY_MAX_NODES);
        lexer->full = true;
        return;
    }
    const bool is_word = lexeme->kind == LEXEME_WORD;
    if (!is_word && lexer->n_phrases == QUERY_MAX_PHRASES) {
        notice_add(&lexer->notices,
                   "the query is long: it ends where it has %d phrases, prefixes and filters",
                   QUERY_MAX_PHRASES);
        lexer->full = true;
        return;
    }
    lexer->n_phrases += !is_word;
    lexer->n_operands++;
    add_lexeme(lexer, lexeme);
}

/* The end of the word at `at`: at white space, a quotation mark or a parenthesis, but a URL keeps
 * the parentheses it holds in pairs. */
static const char *word_end(const char *at) {
    bool is_url = false;
    size_t depth = 0;
    const char *end = at;
    while (*end && !utf8_space_bytes(end) && !utf8_quote_bytes(end)) {
        if (*end == ':' && end[1] == '/' && end[2] == '/')
            is_url = true;
        if (*end == '(' && is_url)
            depth++;
        else if (*end == ')' && depth > 0)
            depth--;
        else if (*end == '(' || *end == ')')
            break;
        end++;
    }
    return end;
}

static void scan_open(struct lexer *lexer, struct lexeme *lexeme) {
    lexer->at++;
    lexer->fresh = true;
    if (lexer->depth == QUERY_MAX_DEPTH) {
        if (lexer->n_ignored++ == 0)
            notice_add(&lexer->notices, "parentheses nested more than %d deep are ignored",
                       QUERY_MAX_DEPTH);
        return;
    }
    lexer->opens[lexer->depth++] = lexer->list->n_lexemes;
    lexeme->kind = LEXEME_OPEN;
    add_lexeme(lexer, lexeme);
}

/* Closes the innermost parenthesis; a pair with nothing in it is removed. */
static void close_parenthesis(struct lexer *lexer) {
    struct lexeme_list *list = lexer->list;
    size_t open = lexer->opens[--lexer->depth];
    if (open + 1 == list->n_lexemes)
        list->n_lexemes--;
    else
        add_lexeme(lexer, &(struct lexeme){.kind = LEXEME_CLOSE});
}

static void scan_close(struct lexer *lexer) {
    lexer->at++;
    lexer->fresh = false;
    if (lexer->n_ignored > 0)
        lexer->n_ignored--;
    else if (lexer->depth > 0)
        close_parenthesis(lexer);
    else
        notice_add(&lexer->notices, "a \")\" without its \"(\" is ignored");
}

/* Reads the phrase at lexer->at, which is at its quotation mark; one without text is dropped. */
static void scan_phrase(struct lexer *lexer, struct lexeme *lexeme, enum lexeme_kind kind) {
    const char *start = lexer->at + utf8_quote_bytes(lexer->at);
    while (utf8_space_bytes(start))
        start += utf8_space_bytes(start);
    const char *at = start;
    const char *end = start; /* after the last character that is not white space */
    while (*at && !utf8_quote_bytes(at)) {
        size_t n_space = utf8_space_bytes(at);
        at += n_space ? n_space : 1;
        if (!n_space)
            end = at;
    }
    lexer->at = at + utf8_quote_bytes(at);
    lexer->fresh = false;
    if (end == start)
        return;
    if (!*at)
        notice_add(&lexer->notices,
                   "a quotation mark without its partner: the phrase runs to the end");
    lexeme->kind = kind;
    lexeme->text = start;
    lexeme->n_bytes = (size_t)(end - start);
    add_operand(lexer, lexeme);
}

/* True for "2025", "2025-08" and "2025-08-01". */
static bool is_date(const char *text, size_t n_bytes) {
    static const char form[] = "dddd-dd-dd";
    if (n_bytes != 4 && n_bytes != 7 && n_bytes != 10)
        return false;
    for (size_t i = 0; i < n_bytes; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    int month = n_bytes >= 7 ? 10 * (text[5] - '0') + text[6] - '0' : 1;
    int day = n_bytes == 10 ? 10 * (text[8] - '0') + text[9] - '0' : 1;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* What is wrong with the operand of a filter, or NULL. */
static const char *filter_fault(enum query_filter filter, const char *text, size_t n_bytes) {
    if ((filter == FILTER_BEFORE || filter == FILTER_AFTER) && !is_date(text, n_bytes))
        return "is no date (2025, 2025-08 or 2025-08-01); searched as a word";
    if (filter == FILTER_KIND && !(n_bytes == 7 && strncasecmp(text, "article", 7) == 0) &&
        !(n_bytes == 6 && strncasecmp(text, "source", 6) == 0))
        return "is no kind (article or source); searched as a word";
    return NULL;
}

static bool is_bare(const struct lexeme *lexeme) {
    return !lexeme->sign && lexeme->field == FIELD_ANY;
}

/* Reads "NEAR" or "NEAR/5". */
static bool read_near(struct lexeme *lexeme) {
    const char *text = lexeme->text;
    const size_t n_bytes = lexeme->n_bytes;
    if (n_bytes < 4 || memcmp(text, "NEAR", 4) != 0)
        return false;
    lexeme->distance = NEAR_DISTANCE;
    if (n_bytes == 4)
        return true;
    if (text[4] != '/' || n_bytes == 5)
        return false;
    lexeme->distance = 0;
    for (size_t i = 5; i < n_bytes; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        lexeme->distance = 10 * lexeme->distance + (size_t)(text[i] - '0');
        if (lexeme->distance > NEAR_FARTHEST)
            lexeme->distance = NEAR_FARTHEST;
    }
    return true;
}

/* Turns "diabet*" into a prefix; closing punctuation after the star is dropped. */
static void read_star(struct lexer *lexer, struct lexeme *lexeme) {
    const char *star = memchr(lexeme->text, '*', lexeme->n_bytes);
    if (!star)
        return;
    const char *end = lexeme->text + lexeme->n_bytes;
    bool has_stem = false;
    for (const char *at = lexeme->text; at < star; at++)
        has_stem = has_stem || isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80;
    const char *after = star;
    while (after < end && ispunct((unsigned char)*after))
        after++;
    if (!has_stem || after < end) {
        notice_about(&lexer->notices, lexeme->text, lexeme->n_bytes,
                     "has a * that is not at the end of a word; searched without it");
        return;
    }
    lexeme->kind = LEXEME_PREFIX;
    lexeme->n_bytes = (size_t)(star - lexeme->text);
}

/* Adds the word [lexer->at, end): a prefix or operator if it looks so. */
static void scan_word(struct lexer *lexer, struct lexeme *lexeme, const char *end) {
    lexeme->kind = LEXEME_WORD;
    lexeme->text = lexer->at;
    lexeme->n_bytes = (size_t)(end - lexer->at);
    lexer->at = end;
    lexer->fresh = false;
    if (is_bare(lexeme)) {
        if (lexeme->n_bytes == 3 && memcmp(lexeme->text, "AND", 3) == 0)
            lexeme->kind = LEXEME_AND;
        else if (lexeme->n_bytes == 2 && memcmp(lexeme->text, "OR", 2) == 0)
            lexeme->kind = LEXEME_OR;
        else if (lexeme->n_bytes == 3 && memcmp(lexeme->text, "NOT", 3) == 0)
            lexeme->kind = LEXEME_NOT;
        else if (read_near(lexeme))
            lexeme->kind = LEXEME_NEAR;
    }
    if (lexeme->kind == LEXEME_WORD)
        read_star(lexer, lexeme);
    add_operand(lexer, lexeme);
}

/* True if + or - before `at` can be meant as an operator. */
static bool begins_operand(const char *at) {
    return *at && !utf8_space_bytes(at) && !strchr("+-*)", *at);
}

static void scan_sign(struct lexer *lexer, struct lexeme *lexeme) {
    if ((*lexer->at == '+' || *lexer->at == '-') && begins_operand(lexer->at + 1))
        lexeme->sign = *lexer->at++;
}

/* The known field whose "name:" stands at `at`, or NULL; `n_name` is the length of what could be a
 * name, 0 if none with a colon is there. */
static const struct field_name *find_field(const char *at, size_t *n_name) {
    size_t n = 0;
    while (isalpha((unsigned char)at[n]) || (n > 0 && at[n] == '-'))
        n++;
    *n_name = at[n] == ':' ? n : 0;
    const size_t n_fields = sizeof field_names / sizeof *field_names;
    for (size_t i = 0; *n_name && i < n_fields; i++)
        if (strlen(field_names[i].name) == n && strncasecmp(field_names[i].name, at, n) == 0)
            return &field_names[i];
    return NULL;
}

/* Reads the operand of "site:" and the like at lexer->at; false if it cannot be meant so. */
static bool scan_filter(struct lexer *lexer, struct lexeme *lexeme, enum query_filter filter,
                        const char *start) {
    lexeme->filter = filter;
    if (utf8_quote_bytes(lexer->at)) {
        size_t n_before = lexer->list->n_lexemes;
        scan_phrase(lexer, lexeme, LEXEME_FILTER);
        if (lexer->list->n_lexemes == n_before)
            return true;
        struct lexeme *added = &lexer->list->lexemes[n_before];
        const char *fault = filter_fault(filter, added->text, added->n_bytes);
        if (fault) {
            added->kind = LEXEME_PHRASE;
            notice_about(&lexer->notices, added->text, added->n_bytes, fault);
        }
        return true;
    }
    const char *end = word_end(lexer->at);
    size_t n_bytes = (size_t)(end - lexer->at);
    const char *fault = filter_fault(filter, lexer->at, n_bytes);
    if (fault) {
        notice_about(&lexer->notices, lexer->at, n_bytes, fault);
        lexer->at = start;
        return false;
    }
    lexeme->kind = LEXEME_FILTER;
    lexeme->text = lexer->at;
    lexeme->n_bytes = n_bytes;
    lexer->at = end;
    lexer->fresh = false;
    add_operand(lexer, lexeme);
    return true;
}

/* Reads "name:" with its operand; false, with nothing read, if there is none or it is unknown. */
static bool scan_field(struct lexer *lexer, struct lexeme *lexeme) {
    const char *start = lexer->at;
    size_t n_name;
    const struct field_name *name = find_field(start, &n_name);
    if (!name) {
        if (n_name > 0 && !strchr("/:", start[n_name + 1]) && begins_operand(start + n_name + 1))
            notice_about(&lexer->notices, start, n_name + 1, "is no field; searched as a word");
        return false;
    }
    const char sign = lexeme->sign;
    lexer->at = start + n_name + 1;
    if (!sign)
        scan_sign(lexer, lexeme);
    const bool has_operand = *lexer->at && !utf8_space_bytes(lexer->at) && *lexer->at != ')';
    if (!has_operand || (name->is_filter && *lexer->at == '(')) {
        notice_about(&lexer->notices, start, n_name + 1,
                     "has nothing after it; searched as a word");
        lexer->at = start;
        lexeme->sign = sign;
        return false;
    }
    if (name->is_filter) {
        bool done = scan_filter(lexer, lexeme, name->filter, start);
        if (!done)
            lexeme->sign = sign;
        return done;
    }
    lexeme->field = name->field;
    if (*lexer->at == '(')
        scan_open(lexer, lexeme);
    else if (utf8_quote_bytes(lexer->at))
        scan_phrase(lexer, lexeme, LEXEME_PHRASE);
    else
        scan_word(lexer, lexeme, word_end(lexer->at));
    return true;
}

static void scan_item(struct lexer *lexer) {
    struct lexeme lexeme = {0};
    if (lexer->fresh)
        scan_sign(lexer, &lexeme);
    if (*lexer->at == '(')
        scan_open(lexer, &lexeme);
    else if (utf8_quote_bytes(lexer->at))
        scan_phrase(lexer, &lexeme, LEXEME_PHRASE);
    else if (!scan_field(lexer, &lexeme))
        scan_word(lexer, &lexeme, word_end(lexer->at));
}

enum status lexemes_of(const char *query, struct arena *arena, struct lexeme_list *list,
                       struct query_tree *tree, struct error *error) {
    struct lexer lexer = {
        .at = query, .fresh = true, .list = list, .notices = {arena, tree, false}};
    while (*lexer.at && !lexer.full && !lexer.failed) {
        size_t n_space = utf8_space_bytes(lexer.at);
        if (n_space > 0) {
            lexer.at += n_space;
            lexer.fresh = true;
        } else if (*lexer.at == ')') {
            scan_close(&lexer);
        } else {
            scan_item(&lexer);
        }
    }
    if (lexer.depth > 0 && !lexer.full)
        notice_add(&lexer.notices, "a \"(\" without its \")\": it reaches to the end");
    while (lexer.depth > 0)
        close_parenthesis(&lexer);
    operators_resolve(list, &lexer.notices);
    return lexer.failed || lexer.notices.failed ? error_no_memory(error) : STATUS_OK;
}

void lexeme_list_free(struct lexeme_list *list) {
    free(list->lexemes);
    *list = (struct lexeme_list){0};
}
