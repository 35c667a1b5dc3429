/* See operators.h. */
#include "query/language/operators.h"

#include <stdbool.h>

static bool is_term(const struct lexeme *lexeme) {
    return lexeme->kind == LEXEME_WORD || lexeme->kind == LEXEME_PREFIX ||
           lexeme->kind == LEXEME_PHRASE;
}

static bool has_left(const struct lexeme_list *list, size_t i) {
    if (i == 0)
        return false;
    const struct lexeme *left = &list->lexemes[i - 1];
    return is_term(left) || left->kind == LEXEME_FILTER || left->kind == LEXEME_CLOSE;
}

static bool has_right(const struct lexeme_list *list, size_t i) {
    if (i + 1 >= list->n_lexemes)
        return false;
    const struct lexeme *right = &list->lexemes[i + 1];
    return is_term(right) || right->kind == LEXEME_FILTER || right->kind == LEXEME_OPEN;
}

static bool has_right_or_not(const struct lexeme_list *list, size_t i) {
    const bool before_not = i + 1 < list->n_lexemes && list->lexemes[i + 1].kind == LEXEME_NOT;
    return has_right(list, before_not ? i + 1 : i);
}

static bool has_near_operands(const struct lexeme_list *list, size_t i) {
    if (!has_left(list, i) || !has_right(list, i))
        return false;
    const struct lexeme *left = &list->lexemes[i - 1];
    const struct lexeme *right = &list->lexemes[i + 1];
    return is_term(left) && is_term(right) && !right->sign &&
           (right->field == FIELD_ANY || right->field == left->field);
}

void operators_resolve(struct lexeme_list *list, struct notices *notices) {
    for (size_t i = 0; i < list->n_lexemes; i++) {
        struct lexeme *lexeme = &list->lexemes[i];
        const char *lack = NULL;
        switch (lexeme->kind) {
        case LEXEME_AND:
        case LEXEME_OR:
            if (!has_left(list, i) || !has_right_or_not(list, i))
                lack = "needs something on each side; searched as a word";
            break;
        case LEXEME_NOT:
            if (!has_right(list, i))
                lack = "needs something after it; searched as a word";
            break;
        case LEXEME_NEAR:
            if (!has_near_operands(list, i))
                lack = "needs a word or phrase on each side; searched as a word";
            else
                list->lexemes[i + 1].field = list->lexemes[i - 1].field;
            break;
        default:
            break;
        }
        if (lack) {
            lexeme->kind = LEXEME_WORD;
            notice_about(notices, lexeme->text, lexeme->n_bytes, lack);
        }
    }
}
