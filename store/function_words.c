/* See function_words.h. Chosen by part of speech (articles, pronouns, auxiliaries, prepositions,
 * conjunctions, question words), not by frequency: "patient" is common too, and is content. */
#include "store/function_words.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Sorted. Each is eight bytes with zeros behind it, which compare as one number. */
static const char words[][8] = {
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

static uint64_t number_of(const char word[8]) {
    uint64_t number;
    memcpy(&number, word, sizeof number);
    return be64toh(number);
}

bool is_function_word(const char *word, size_t n_bytes) {
    char key[8] = {0};
    if (n_bytes == 0 || n_bytes >= sizeof key || word[0] < 'a' || word[0] > 'z' ||
        !(lengths[word[0] - 'a'] >> n_bytes & 1))
        return false;
    memcpy(key, word, n_bytes);
    uint64_t wanted = number_of(key);
    size_t low = 0;
    for (size_t high = sizeof words / sizeof *words; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (number_of(words[middle]) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof words / sizeof *words && number_of(words[low]) == wanted;
}
