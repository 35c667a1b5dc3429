/* See function_words.h. Chosen by part of speech (articles, pronouns, auxiliaries, prepositions,
 * conjunctions, question words), not by frequency: "patient" is common too, and is content. */
#include "store/function_words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Sorted, for bsearch. */
static const char *const words[] = {
    "a",      "about", "after", "all",   "also",  "am",    "an",    "and",   "any",   "are",
    "as",     "at",    "be",    "been",  "being", "both",  "but",   "by",    "can",   "could",
    "did",    "do",    "does",  "doing", "each",  "for",   "from",  "had",   "has",   "have",
    "having", "he",    "her",   "here",  "hers",  "him",   "his",   "how",   "i",     "if",
    "in",     "into",  "is",    "it",    "its",   "just",  "may",   "me",    "might", "mine",
    "must",   "my",    "nor",   "of",    "on",    "or",    "our",   "ours",  "shall", "she",
    "should", "so",    "some",  "such",  "than",  "that",  "the",   "their", "them",  "then",
    "there",  "these", "they",  "this",  "those", "to",    "too",   "us",    "very",  "was",
    "we",     "were",  "what",  "when",  "where", "which", "while", "who",   "whom",  "whose",
    "why",    "will",  "with",  "would", "you",   "your",  "yours",
};

/* For each initial, the lengths of the words that have it, as bits: almost every other word is told
 * apart by this alone. */
static const uint8_t lengths[26] = {
    62, 60, 40, 60, 16, 24, 0, 92, 30, 16, 0, 0, 60, 8, 28, 0, 0, 0, 124, 60, 4, 16, 60, 0, 56, 0,
};

static int compare(const void *key, const void *member) {
    return strcmp(key, *(const char *const *)member);
}

bool is_function_word(const char *word, size_t n_bytes) {
    char key[8];
    if (n_bytes == 0 || n_bytes >= sizeof key || word[0] < 'a' || word[0] > 'z' ||
        !(lengths[word[0] - 'a'] >> n_bytes & 1))
        return false;
    memcpy(key, word, n_bytes);
    key[n_bytes] = '\0';
    return bsearch(key, words, sizeof words / sizeof *words, sizeof *words, compare) != NULL;
}
