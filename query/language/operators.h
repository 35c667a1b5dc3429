/* Which of the words AND, OR, NOT and NEAR of a query are operators. */
#ifndef OSLER_QUERY_LANGUAGE_OPERATORS_H
#define OSLER_QUERY_LANGUAGE_OPERATORS_H

#include "query/language/lexeme.h"
#include "query/language/notice.h"

/* Turns each operator of `list` that lacks an operand into a word. AND and OR need one on each
 * side; NOT one after it; NEAR a word, prefix or phrase on each side, the right one without sign
 * and in the field of the left one, which it takes over. */
void operators_resolve(struct lexeme_list *list, struct notices *notices);

#endif
