/* See select.h. */
#include "query/select/select.h"

#include <stdlib.h>

#include "query/select/filter.h"
#include "query/select/match.h"
#include "query/select/phrase.h"
#include "query/select/prefix.h"
#include "query/select/typed_word.h"
#include "query/select/word.h"

static enum status evaluate(struct selecting *run, const struct query_node *node, struct ask ask,
                            struct passage_set *set, bool *absent);

/* Narrows `set` to the passages that match `child` by itself, which also gives it its clauses. */
static enum status narrow(struct selecting *run, const struct query_node *child, struct ask ask,
                          struct passage_set *set) {
    struct passage_set one = {0};
    bool absent = false;
    ask.any = false;
    enum status status = selecting_new_set(run, &one);
    if (status == STATUS_OK)
        status = evaluate(run, child, ask, &one, &absent);
    if (status == STATUS_OK && !absent)
        passage_set_and(set, &one);
    passage_set_free(&one);
    return status;
}

/* NEAR counts the words that FTS5 has: function words between take no room. */
static enum status evaluate_near(struct selecting *run, const struct query_node *node,
                                 struct ask ask, struct passage_set *set, bool *absent) {
    struct buffer match = {0};
    struct token_list list = {0};
    size_t n_operands = 0;
    enum status status = STATUS_OK;
    match_append_columns(&match, selecting_columns(node));
    buffer_append_string(&match, "NEAR(");
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++) {
        status = selecting_tokenize(run, node->children[i]->text, TOKENS_OF_QUERY, &list);
        if (status != STATUS_OK || !match_append_phrase(&match, &list))
            continue;
        buffer_append_string(&match, node->children[i]->kind == QUERY_PREFIX ? "* " : " ");
        n_operands++;
    }
    buffer_append_format(&match, ", %zu)", node->distance);
    *absent = n_operands == 0;
    if (status == STATUS_OK && match.failed)
        status = error_no_memory(run->error);
    if (status == STATUS_OK && !*absent)
        status = match_run(run->searcher, buffer_string(&match), set, run->error);
    for (size_t i = 0; i < node->n_children && status == STATUS_OK && !*absent; i++)
        status = narrow(run, node->children[i], ask, set);
    token_list_free(&list);
    buffer_free(&match);
    return status;
}

/* ---- groups ---- */

/* What a group has gathered from its children. */
struct gathered {
    struct passage_set required, any, excluded;
    size_t n_must, n_required, n_should, n_children;
};

static enum status gather(struct selecting *run, const struct query_node *child, struct ask ask,
                          struct gathered *gathered) {
    struct passage_set one = {0};
    bool absent = false;
    bool positive = child->occur == OCCUR_SHOULD || child->occur == OCCUR_MUST;
    struct ask asked = {.scores = ask.scores && positive, .any = child->occur == OCCUR_SHOULD};
    enum status status = selecting_new_set(run, &one);
    if (status == STATUS_OK)
        status = evaluate(run, child, asked, &one, &absent);
    if (status == STATUS_OK && !absent) {
        gathered->n_children++;
        switch (child->occur) {
        case OCCUR_MUST:
        case OCCUR_FILTER:
            if (gathered->n_required++ == 0)
                passage_set_or(&gathered->required, &one);
            else
                passage_set_and(&gathered->required, &one);
            gathered->n_must += child->occur == OCCUR_MUST;
            break;
        case OCCUR_SHOULD:
            gathered->n_should++;
            passage_set_or(&gathered->any, &one);
            break;
        case OCCUR_MUST_NOT:
            passage_set_or(&gathered->excluded, &one);
            break;
        }
    }
    passage_set_free(&one);
    return status;
}

static enum status evaluate_group(struct selecting *run, const struct query_node *node,
                                  struct ask ask, struct passage_set *set, bool *absent) {
    struct gathered gathered = {0};
    enum status status = selecting_new_set(run, &gathered.required);
    if (status == STATUS_OK)
        status = selecting_new_set(run, &gathered.any);
    if (status == STATUS_OK)
        status = selecting_new_set(run, &gathered.excluded);
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        status = gather(run, node->children[i], ask, &gathered);
    *absent = gathered.n_children == 0;
    if (status == STATUS_OK && !*absent) {
        bool needs_any = gathered.n_should > 0 && gathered.n_must == 0;
        if (gathered.n_required > 0)
            passage_set_or(set, &gathered.required);
        else if (needs_any)
            passage_set_or(set, &gathered.any);
        else
            status = filter_everything(run->searcher, set, run->error);
        if (gathered.n_required > 0 && needs_any)
            passage_set_and(set, &gathered.any);
        passage_set_minus(set, &gathered.excluded);
    }
    passage_set_free(&gathered.required);
    passage_set_free(&gathered.any);
    passage_set_free(&gathered.excluded);
    return status;
}

/* Adds the passages that match `node` to the empty `set`. `*absent`: there is nothing in it to look
 * for
 * ("&"), as if it had not been typed. Recursion is bounded by QUERY_MAX_DEPTH. */
static enum status evaluate(struct selecting *run, const struct query_node *node, struct ask ask,
                            struct passage_set *set, bool *absent) {
    switch (node->kind) {
    case QUERY_GROUP:
        return evaluate_group(run, node, ask, set, absent);
    case QUERY_WORD:
        return typed_word_select(run, node, ask, set, absent);
    case QUERY_PHRASE:
        return phrase_select(run, node, ask, set, absent);
    case QUERY_PREFIX:
        return prefix_select(run, node, ask, set, absent);
    case QUERY_NEAR:
        return evaluate_near(run, node, ask, set, absent);
    case QUERY_FILTER:
        *absent = false;
        return filter_run(run->searcher, node->filter, node->text, set, run->error);
    }
    return STATUS_OK;
}

/* True if what the node selects is what its clauses score: words of which any may match. */
static bool is_by_clauses(const struct query_node *node) {
    if (node->occur != OCCUR_SHOULD)
        return false;
    for (size_t i = 0; i < node->n_children; i++)
        if (!is_by_clauses(node->children[i]))
            return false;
    return node->kind == QUERY_WORD || node->kind == QUERY_GROUP;
}

/* Adds the clauses of such a node; sets `*present` if there is something in it to look for. */
static enum status add_clauses(struct selecting *run, const struct query_node *node,
                               bool *present) {
    const struct ask ask = {.scores = true, .any = true};
    enum status status = STATUS_OK;
    if (node->kind == QUERY_WORD) {
        bool absent;
        status = typed_word_select(run, node, ask, NULL, &absent);
        *present = *present || !absent;
    }
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        if (is_by_clauses(node->children[i]))
            status = add_clauses(run, node->children[i], present);
    return status;
}

/* True if the group has such nodes and besides only what must, or must not, hold without scoring.
 */
static bool is_restricted(const struct query_node *group) {
    size_t n_by_clauses = 0;
    for (size_t i = 0; i < group->n_children; i++) {
        const struct query_node *child = group->children[i];
        if (is_by_clauses(child))
            n_by_clauses++;
        else if (child->occur != OCCUR_FILTER && child->occur != OCCUR_MUST_NOT)
            return false;
    }
    return n_by_clauses > 0 && n_by_clauses < group->n_children;
}

/* Restricts the selection to what the other nodes of such a group let through. */
static enum status restrict_selection(struct selecting *run, const struct query_node *group) {
    struct selection *selection = run->selection;
    struct gathered gathered = {0};
    enum status status = selecting_new_set(run, &gathered.required);
    if (status == STATUS_OK)
        status = selecting_new_set(run, &gathered.excluded);
    for (size_t i = 0; i < group->n_children && status == STATUS_OK; i++)
        if (!is_by_clauses(group->children[i]))
            status = gather(run, group->children[i], (struct ask){0}, &gathered);
    if (status == STATUS_OK) {
        if (gathered.n_required == 0)
            passage_set_fill(&gathered.required);
        passage_set_minus(&gathered.required, &gathered.excluded);
        selection->is_restricted = true;
        passage_set_free(&selection->passages);
        selection->passages = gathered.required;
        gathered.required = (struct passage_set){0};
    }
    passage_set_free(&gathered.required);
    passage_set_free(&gathered.excluded);
    return status;
}

/* Words that score, maybe restricted: no sets of the words are needed. Leaves
 * selection->by_clauses false if the query is of another kind. */
static enum status select_by_clauses(struct selecting *run, const struct query_node *root) {
    bool restricted = root->kind == QUERY_GROUP && is_restricted(root);
    bool present = false;
    if (!restricted && !is_by_clauses(root))
        return STATUS_OK;
    enum status status = add_clauses(run, root, &present);
    run->selection->by_clauses = !restricted || present;
    return status == STATUS_OK && restricted && present ? restrict_selection(run, root) : status;
}

/* ---- the whole query ---- */

/* Counts the nodes and finds out whether one that scores has a word that is no function word. */
static enum status look_over(struct selecting *run, const struct query_node *node,
                             size_t *n_nodes) {
    enum status status = STATUS_OK;
    ++*n_nodes;
    if (node->occur == OCCUR_MUST_NOT || node->occur == OCCUR_FILTER)
        return STATUS_OK;
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        status = look_over(run, node->children[i], n_nodes);
    if (status != STATUS_OK || !node->text || run->has_content)
        return status;
    status = selecting_tokenize(run, node->text, TOKENS_OF_QUERY, &run->searcher->tokens);
    run->has_content =
        run->searcher->tokens.n_tokens > 0 && !word_all_function_words(&run->searcher->tokens);
    return status;
}

enum status select_passages(struct searcher *searcher, const struct query_tree *tree,
                            struct arena *arena, struct selection *selection, struct error *error) {
    struct selecting run = {.searcher = searcher,
                            .arena = arena,
                            .selection = selection,
                            .error = error,
                            .end = searcher->collection.next_passage};
    bool absent = true;
    size_t n_nodes = 0;
    enum status status = look_over(&run, tree->root, &n_nodes);
    /* At most one set for each node, so that clauses may point to them. */
    selection->sets = calloc(n_nodes + 1, sizeof *selection->sets);
    selection->sets_capacity = n_nodes;
    if (!selection->sets)
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = select_by_clauses(&run, tree->root);
    if (status == STATUS_OK && !selection->by_clauses)
        status = selecting_new_set(&run, &selection->passages);
    if (status == STATUS_OK && !selection->by_clauses)
        status = evaluate(&run, tree->root, (struct ask){.scores = true, .any = true},
                          &selection->passages, &absent);
    selection_finish(selection);
    return status;
}
