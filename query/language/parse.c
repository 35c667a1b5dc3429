/* See parse.h.
 *
 *   alternatives  conjunction { OR conjunction }
 *   conjunction   [ NOT ] sequence { ( AND | NOT | AND NOT ) sequence }
 *   sequence      item { item }
 *   item          word | phrase | prefix { NEAR ... } | filter | "(" alternatives ")"
 *
 * A group that holds one node gives way to it where that means the same, and a group of nothing but
 * filters and exclusions, as in `(site:who.int OR site:nih.gov) asthma`, is a filter itself. The
 * parsing functions return NULL when memory is out. */
#include "query/language/parse.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "query/language/lexeme.h"

struct parser {
    const struct lexeme_list *list;
    size_t i; /* the next lexeme */
    struct arena *arena;
};

static struct query_node *parse_alternatives(struct parser *parser, enum query_field field);

static bool next_is(const struct parser *parser, enum lexeme_kind kind) {
    return parser->i < parser->list->n_lexemes && parser->list->lexemes[parser->i].kind == kind;
}

static bool accept(struct parser *parser, enum lexeme_kind kind) {
    const bool accepted = next_is(parser, kind);
    if (accepted)
        parser->i++;
    return accepted;
}

static struct query_node *new_node(struct parser *parser, enum query_kind kind) {
    struct query_node *node = arena_allocate(parser->arena, sizeof *node);
    if (node)
        node->kind = kind;
    return node;
}

/* True if `group` has a phrase, prefix or filter like `node` already, which would only be looked
 * for again. A word that is repeated stays: it has other neighbours. */
static bool is_repeated(const struct query_node *group, const struct query_node *node) {
    if (group->kind != QUERY_GROUP || !node->text || node->kind == QUERY_WORD)
        return false;
    for (size_t i = 0; i < group->n_children; i++) {
        const struct query_node *other = group->children[i];
        if (other->kind == node->kind && other->occur == node->occur &&
            other->field == node->field && other->filter == node->filter &&
            strcmp(other->text, node->text) == 0)
            return true;
    }
    return false;
}

/* Words that follow each other and are asked alike can be one word that is written as two. What is
 * excluded is what was typed, and no more. */
static void join_words(struct query_node *word, struct query_node *next) {
    bool alike = word->kind == QUERY_WORD && next->kind == QUERY_WORD &&
                 word->occur == next->occur && word->occur != OCCUR_MUST_NOT &&
                 word->field == next->field;
    word->after = alike ? next->text : NULL;
    next->before = alike ? word->text : NULL;
}

/* False when memory is out. */
static bool add_child(struct parser *parser, struct query_node *parent, struct query_node *child,
                      enum query_occur occur) {
    const size_t n = parent->n_children;
    child->occur = occur;
    if (is_repeated(parent, child))
        return true;
    const bool is_full = n == 0 || (n >= 4 && (n & (n - 1)) == 0); /* room grows 4, 8, 16, ... */
    if (is_full) {
        size_t room = n == 0 ? 4 : 2 * n;
        struct query_node **children =
            arena_allocate(parser->arena, room * sizeof(struct query_node *));
        if (!children)
            return false;
        if (n > 0)
            memcpy(children, parent->children, n * sizeof(struct query_node *));
        parent->children = children;
    }
    if (n > 0)
        join_words(parent->children[n - 1], child);
    parent->children[parent->n_children++] = child;
    return true;
}

/* Takes the words of an excluded group apart again. Recursion as below. */
static void part_words(struct query_node *node) {
    node->before = node->after = NULL;
    for (size_t i = 0; i < node->n_children; i++)
        part_words(node->children[i]);
}

/* True for a node that can only keep passages out, never score one. Recursion is bounded by the
 * nesting of groups, at most two or three for each of QUERY_MAX_DEPTH. */
static bool is_constraint(const struct query_node *node) {
    if (node->kind == QUERY_FILTER || node->occur == OCCUR_MUST_NOT)
        return true;
    if (node->kind != QUERY_GROUP)
        return false;
    for (size_t i = 0; i < node->n_children; i++)
        if (!is_constraint(node->children[i]))
            return false;
    return true;
}

/* Adds `group` to `parent`, or its only child where that means the same. */
static bool add_group(struct parser *parser, struct query_node *parent, struct query_node *group,
                      enum query_occur occur) {
    struct query_node *child = group;
    if (group->n_children == 1) {
        struct query_node *only = group->children[0];
        const bool may_score = only->occur == OCCUR_SHOULD || only->occur == OCCUR_MUST;
        const bool is_filter = only->occur == OCCUR_FILTER;
        if (may_score || (is_filter && occur != OCCUR_SHOULD))
            child = only;
        else if (only->occur == OCCUR_MUST_NOT && occur == OCCUR_MUST) {
            child = only;
            occur = OCCUR_MUST_NOT;
        }
    }
    child->occur = OCCUR_SHOULD; /* so that is_constraint looks inside */
    if (occur == OCCUR_MUST && is_constraint(child))
        occur = OCCUR_FILTER;
    if (occur == OCCUR_MUST_NOT)
        part_words(child);
    return add_child(parser, parent, child, occur);
}

static struct query_node *parse_term(struct parser *parser, enum query_field field) {
    static const enum query_kind kinds[] = {
        [LEXEME_WORD] = QUERY_WORD,
        [LEXEME_PREFIX] = QUERY_PREFIX,
        [LEXEME_PHRASE] = QUERY_PHRASE,
        [LEXEME_FILTER] = QUERY_FILTER,
    };
    const struct lexeme *lexeme = &parser->list->lexemes[parser->i++];
    struct query_node *node = new_node(parser, kinds[lexeme->kind]);
    char *text = arena_copy(parser->arena, lexeme->text, lexeme->n_bytes);
    if (!node || !text)
        return NULL;
    if (node->kind == QUERY_FILTER) {
        node->filter = lexeme->filter;
        for (char *c = text; lexeme->filter == FILTER_KIND && *c; c++)
            *c = (char)tolower((unsigned char)*c);
    } else {
        node->field = lexeme->field == FIELD_ANY ? field : lexeme->field;
    }
    node->text = text;
    return node;
}

/* A chain of NEARs is one node with the largest of their distances. */
static struct query_node *parse_near(struct parser *parser, enum query_field field) {
    struct query_node *term = parse_term(parser, field);
    if (!term || !next_is(parser, LEXEME_NEAR))
        return term;
    struct query_node *near = new_node(parser, QUERY_NEAR);
    if (!near || !add_child(parser, near, term, OCCUR_SHOULD))
        return NULL;
    near->field = term->field;
    while (next_is(parser, LEXEME_NEAR)) {
        size_t distance = parser->list->lexemes[parser->i++].distance;
        if (distance > near->distance)
            near->distance = distance;
        term = parse_term(parser, field);
        if (!term || !add_child(parser, near, term, OCCUR_SHOULD))
            return NULL;
    }
    return near;
}

/* Adds the next item to `sequence`. */
static bool parse_item(struct parser *parser, struct query_node *sequence, enum query_field field) {
    const struct lexeme *lexeme = &parser->list->lexemes[parser->i];
    enum query_occur occur = OCCUR_SHOULD;
    if (lexeme->sign)
        occur = lexeme->sign == '+' ? OCCUR_MUST : OCCUR_MUST_NOT;
    if (lexeme->kind != LEXEME_OPEN) {
        struct query_node *node = parse_near(parser, field);
        if (node && node->kind == QUERY_FILTER && occur != OCCUR_MUST_NOT)
            occur = OCCUR_FILTER;
        return node && add_child(parser, sequence, node, occur);
    }
    parser->i++;
    struct query_node *group =
        parse_alternatives(parser, lexeme->field == FIELD_ANY ? field : lexeme->field);
    accept(parser, LEXEME_CLOSE);
    if (!group)
        return false;
    if (occur == OCCUR_SHOULD && is_constraint(group))
        occur = OCCUR_MUST;
    return add_group(parser, sequence, group, occur);
}

static struct query_node *parse_sequence(struct parser *parser, enum query_field field) {
    struct query_node *sequence = new_node(parser, QUERY_GROUP);
    while (sequence && parser->i < parser->list->n_lexemes && !next_is(parser, LEXEME_AND) &&
           !next_is(parser, LEXEME_OR) && !next_is(parser, LEXEME_NOT) &&
           !next_is(parser, LEXEME_CLOSE))
        if (!parse_item(parser, sequence, field))
            return NULL;
    return sequence;
}

static struct query_node *parse_conjunction(struct parser *parser, enum query_field field) {
    bool is_not = accept(parser, LEXEME_NOT);
    struct query_node *sequence = parse_sequence(parser, field);
    if (!sequence || (!is_not && !next_is(parser, LEXEME_AND) && !next_is(parser, LEXEME_NOT)))
        return sequence;
    struct query_node *conjunction = new_node(parser, QUERY_GROUP);
    for (;;) {
        if (!conjunction || !sequence ||
            !add_group(parser, conjunction, sequence, is_not ? OCCUR_MUST_NOT : OCCUR_MUST))
            return NULL;
        bool is_and = accept(parser, LEXEME_AND);
        is_not = accept(parser, LEXEME_NOT);
        if (!is_and && !is_not)
            return conjunction;
        sequence = parse_sequence(parser, field);
    }
}

static struct query_node *parse_alternatives(struct parser *parser, enum query_field field) {
    struct query_node *first = parse_conjunction(parser, field);
    if (!first || !next_is(parser, LEXEME_OR))
        return first;
    struct query_node *alternatives = new_node(parser, QUERY_GROUP);
    if (!alternatives || !add_group(parser, alternatives, first, OCCUR_SHOULD))
        return NULL;
    while (accept(parser, LEXEME_OR)) {
        struct query_node *next = parse_conjunction(parser, field);
        if (!next || !add_group(parser, alternatives, next, OCCUR_SHOULD))
            return NULL;
    }
    return alternatives;
}

enum status query_parse(const char *query, struct arena *arena, struct query_tree *tree,
                        struct error *error) {
    *tree = (struct query_tree){0};
    struct lexeme_list list = {0};
    enum status status = lexemes_of(query, arena, &list, tree, error);
    if (status != STATUS_OK)
        goto done;
    struct parser parser = {.list = &list, .arena = arena};
    struct query_node *root = parse_alternatives(&parser, FIELD_ANY);
    if (!root) {
        status = error_no_memory(error);
        goto done;
    }
    while (root->n_children == 1 && root->children[0]->kind == QUERY_GROUP &&
           root->children[0]->occur != OCCUR_MUST_NOT)
        root = root->children[0];
    root->occur = OCCUR_SHOULD;
    tree->root = root;
done:
    lexeme_list_free(&list);
    return status;
}
