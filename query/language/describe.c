/* query_describe of parse.h. */
#include <string.h>

#include "query/language/parse.h"
#include "store/buffer.h"

static void describe_quoted(struct buffer *out, const char *text) {
    buffer_append_char(out, '"');
    buffer_append_string(out, text);
    buffer_append_char(out, '"');
}

static void describe_filter(struct buffer *out, const struct query_node *node) {
    static const char *const names[] = {
        [FILTER_AUTHOR] = "author:", [FILTER_SITE] = "site:",         [FILTER_KIND] = "kind:",
        [FILTER_LANG] = "lang:",     [FILTER_BEFORE] = "before:",     [FILTER_AFTER] = "after:",
        [FILTER_CITES] = "cites:",   [FILTER_CITED_BY] = "cited-by:",
    };
    buffer_append_string(out, names[node->filter]);
    if (strchr(node->text, ' '))
        describe_quoted(out, node->text);
    else
        buffer_append_string(out, node->text);
}

static void describe_node(struct buffer *out, const struct query_node *node);

static void describe_children(struct buffer *out, const struct query_node *node) {
    static const char *const signs[] = {
        [OCCUR_SHOULD] = "", [OCCUR_MUST] = "+", [OCCUR_MUST_NOT] = "-", [OCCUR_FILTER] = "#"};
    buffer_append_char(out, '(');
    for (size_t i = 0; i < node->n_children; i++) {
        if (i > 0)
            buffer_append_char(out, ' ');
        buffer_append_string(out, signs[node->children[i]->occur]);
        describe_node(out, node->children[i]);
    }
    buffer_append_char(out, ')');
}

/* Recursion is bounded as that of the parser is, by QUERY_MAX_DEPTH. */
static void describe_node(struct buffer *out, const struct query_node *node) {
    static const char *const fields[] = {
        [FIELD_ANY] = "", [FIELD_TITLE] = "title:", [FIELD_HEADING] = "heading:"};
    buffer_append_string(out, fields[node->field]);
    switch (node->kind) {
    case QUERY_WORD:
        buffer_append_string(out, node->text);
        break;
    case QUERY_PHRASE:
        describe_quoted(out, node->text);
        break;
    case QUERY_PREFIX:
        buffer_append_string(out, node->text);
        buffer_append_char(out, '*');
        break;
    case QUERY_NEAR:
        buffer_append_format(out, "NEAR/%zu", node->distance);
        describe_children(out, node);
        break;
    case QUERY_FILTER:
        describe_filter(out, node);
        break;
    case QUERY_GROUP:
        describe_children(out, node);
        break;
    }
}

char *query_describe(const struct query_tree *tree, struct arena *arena) {
    struct buffer out = {0};
    describe_node(&out, tree->root);
    char *line = out.failed ? NULL : arena_copy(arena, out.data, out.size);
    buffer_free(&out);
    return line;
}
