/* See html_region.h. Thresholds were measured on judged pages; those of the cut are flat between .5
 * and .75 of the mass and between 100 and 600 characters. */
#include "indexer/html/html_region.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/html/html_tag.h"
#include "indexer/html/html_words.h"

enum {
    SHORT_CHARS = 250, /* doubtful elements with less text are cut */
    CHAIN = 4,         /* ancestors that a block lends its weight to */
    TITLE_LEVELS = 4,  /* a title heading this far up the tree still stands by */
    HINT_LEVELS = 2,
    GROW_LEVELS = 4,
    PART_LEVELS = 4,    /* how deep under a parent the parts of a cut-up article lie */
    MAX_SIGNATURES = 3, /* a share of .3 leaves room for no more */
    MIN_PURE_BLOCKS = 2,
};

static const float GUARD = 0.6F;         /* never cut what holds more of the page's mass */
static const float ARTICLE_GUARD = 0.1F; /* never cut an <article> with this much */
static const float LINK_SHARE = 0.4F;    /* doubtful elements with more text in links are cut */
static const float DECAY = 0.8F;
static const float TITLE_FACTOR = 2.0F;
static const float FURNITURE_FACTOR = 0.3F;
static const float HINT_FACTORS[] = {1.0F, 1.2F, 1.5F, 2.0F};
static const float SIGNATURE_SHARE = 0.3F;
static const float EXTRA_SHARE = 0.1F; /* a parent must add this much to be worth a look */
static const float SAME_SHARE = 0.5F;  /* of what it adds, that much must look like the article */
static const float PURE_SHARE = 0.6F;
static const float SMALL_SHARE = 0.4F; /* of the page's mass: that may be a part of an article */

static bool is_worth_cutting(const struct html_element *element, float page_mass) {
    if (element->suspicion == HTML_TRUSTED || element->mass > GUARD * page_mass || element->is_key)
        return false;
    if (element->tag == TAG_ARTICLE && element->mass >= ARTICLE_GUARD * page_mass)
        return false;
    return element->suspicion == HTML_FURNITURE || element->n_chars < SHORT_CHARS ||
           (float)element->n_link_chars >= LINK_SHARE * (float)element->n_chars;
}

static void cut_furniture(struct html_tree *tree) {
    for (size_t i = 0; i < tree->n_elements; i++) {
        struct html_element *element = &tree->elements[i];
        const struct html_element *parent = &tree->elements[element->parent];
        bool is_furniture = element->suspicion == HTML_FURNITURE;
        element->in_furniture = is_furniture || (i > 0 && parent->in_furniture);
        element->is_cut =
            (i > 0 && parent->is_cut) || is_worth_cutting(element, tree->elements[0].mass);
    }
    for (size_t i = tree->n_elements; i-- > 0;) {
        struct html_element *element = &tree->elements[i];
        if (element->is_cut)
            continue;
        element->live_mass += element->weight;
        if (i > 0)
            tree->elements[element->parent].live_mass += element->live_mass;
    }
}

/* Lends the weight of a live block to its nearest ancestors that may hold an article. */
static void credit(struct html_tree *tree, uint32_t block) {
    const struct html_element *element = &tree->elements[block];
    float share = element->weight;
    uint32_t index = block;
    if (element->tag == TAG_P || element->tag == TAG_PRE || element->tag == TAG_BLOCKQUOTE)
        index = element->parent;
    for (int n_credited = 0; n_credited < CHAIN;) {
        struct html_element *holder = &tree->elements[index];
        if ((holder->traits & TAG_BLOCK) || holder->tag == TAG_SPAN) {
            holder->score += share;
            share *= DECAY;
            n_credited++;
        }
        if (index == 0)
            break;
        index = holder->parent;
    }
}

static float final_score(const struct html_tree *tree, uint32_t index) {
    const struct html_element *element = &tree->elements[index];
    float score = element->score;
    unsigned hint = element->hint;
    const struct html_element *above = element;
    for (int i = 0; i < HINT_LEVELS; i++) {
        above = &tree->elements[above->parent];
        hint = above->hint > hint ? above->hint : hint;
    }
    for (int i = HINT_LEVELS; i < TITLE_LEVELS; i++)
        above = &tree->elements[above->parent];
    if (above->holds_title_heading)
        score *= TITLE_FACTOR;
    if (element->in_furniture)
        score *= FURNITURE_FACTOR;
    return score * HINT_FACTORS[hint];
}

/* The best-scoring element; the body, or what comes nearest, of a page without prose. */
static uint32_t pick(struct html_tree *tree) {
    uint32_t best = 0;
    float best_score = 0;
    for (uint32_t i = 0; i < tree->n_elements; i++)
        if (!tree->elements[i].is_cut && tree->elements[i].weight > 0)
            credit(tree, i);
    for (uint32_t i = 0; i < tree->n_elements; i++) {
        float score = tree->elements[i].score > 0 ? final_score(tree, i) : 0;
        if (score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

static uint64_t hash_byte(uint64_t hash, char byte) {
    return (hash ^ (unsigned char)byte) * 0x100000001b3U; /* FNV-1a */
}

/* A hash of what makes elements look alike: the tag and the class without digits. */
static uint64_t signature(const struct html_element *element) {
    uint64_t hash = 0xcbf29ce484222325U;
    const char *class_name = html_attribute(element->node, "class");
    for (const xmlChar *name = element->node->name; *name; name++)
        hash = hash_byte(hash, (char)*name);
    hash = hash_byte(hash, ' ');
    for (; class_name && *class_name; class_name++)
        if (*class_name < '0' || *class_name > '9')
            hash = hash_byte(hash, *class_name);
    return hash;
}

struct signed_weight {
    uint64_t signature;
    float weight;
};

static int compare_signatures(const void *a, const void *b) {
    uint64_t left = ((const struct signed_weight *)a)->signature;
    uint64_t right = ((const struct signed_weight *)b)->signature;
    return (left > right) - (left < right);
}

/* The signatures of the blocks that hold most of the prose in element `index`; returns how many. */
static size_t find_signatures(struct html_tree *tree, uint32_t index,
                              uint64_t found[MAX_SIGNATURES]) {
    const struct html_element *elements = tree->elements;
    size_t n_found = 0;
    size_t n_blocks = 0;
    struct signed_weight *blocks = calloc(elements[index].end - index, sizeof *blocks);
    if (!blocks) {
        tree->failed = true;
        return 0;
    }
    for (uint32_t i = index; i < elements[index].end; i++)
        if (!elements[i].is_cut && elements[i].weight > 0)
            blocks[n_blocks++] =
                (struct signed_weight){signature(&elements[i]), elements[i].weight};
    qsort(blocks, n_blocks, sizeof *blocks, compare_signatures);
    float sum = 0;
    for (size_t i = 0; i < n_blocks && n_found < MAX_SIGNATURES; i++) {
        bool is_first = i == 0 || blocks[i].signature != blocks[i - 1].signature;
        sum = blocks[i].weight + (is_first ? 0 : sum);
        bool is_last = i + 1 == n_blocks || blocks[i].signature != blocks[i + 1].signature;
        if (is_last && sum >= SIGNATURE_SHARE * elements[index].live_mass)
            found[n_found++] = blocks[i].signature;
    }
    free(blocks);
    return n_found;
}

/* The article as it was picked, and what is like it. */
struct likeness {
    uint64_t picked; /* signature of the picked element */
    uint64_t blocks[MAX_SIGNATURES];
    size_t n_blocks;
};

/* What of a parent's text outside the region so far looks like the article. */
struct addition {
    float same_blocks, same_parts, paragraphs;
    uint32_t n_paragraphs, n_chars;
};

static void add_block(const struct html_element *block, uint64_t sign,
                      const struct likeness *likeness, struct addition *addition) {
    for (size_t i = 0; i < likeness->n_blocks; i++)
        if (sign == likeness->blocks[i])
            addition->same_blocks += block->weight;
    if (block->tag == TAG_P || block->tag == TAG_BLOCKQUOTE) {
        addition->paragraphs += block->weight;
        addition->n_paragraphs++;
    }
}

static struct addition look_outside(const struct html_tree *tree, uint32_t parent, uint32_t inner,
                                    const struct likeness *likeness) {
    const struct html_element *elements = tree->elements;
    struct addition addition = {0};
    uint32_t end_of_part = 0; /* parts within a part are counted with it */
    for (uint32_t i = parent + 1; i < elements[parent].end; i++) {
        if (i == inner)
            i = elements[inner].end;
        if (i >= elements[parent].end)
            break;
        const struct html_element *element = &elements[i];
        if (element->is_cut) {
            i = element->end - 1;
            continue;
        }
        addition.n_chars += element->n_own;
        bool may_be_part = i >= end_of_part && !element->is_key && element->live_mass > 0 &&
                           element->depth <= elements[parent].depth + PART_LEVELS;
        if (!may_be_part && element->weight <= 0)
            continue;
        uint64_t sign = signature(element);
        if (may_be_part && sign == likeness->picked) {
            addition.same_parts += element->live_mass;
            end_of_part = element->end;
        }
        if (element->weight > 0)
            add_block(element, sign, likeness, &addition);
    }
    return addition;
}

/* The element `picked`, or an ancestor that holds more of the same article. */
static uint32_t grow(struct html_tree *tree, uint32_t picked) {
    const struct html_element *elements = tree->elements;
    struct likeness likeness = {.picked = signature(&elements[picked])};
    likeness.n_blocks = find_signatures(tree, picked, likeness.blocks);
    uint32_t best = picked;
    float base = elements[picked].live_mass;
    uint32_t inner = picked;
    for (int n_levels = 0; n_levels < GROW_LEVELS && inner > 0;) {
        uint32_t parent = elements[inner].parent;
        if (elements[inner].tag == TAG_BODY || parent == 0)
            break;
        float extra = elements[parent].live_mass - elements[inner].live_mass;
        /* Wrappers that add nothing count only where there is little else to find. */
        n_levels += extra > 0 || base >= SMALL_SHARE * elements[0].live_mass;
        if (extra > EXTRA_SHARE * base) {
            struct addition addition = look_outside(tree, parent, inner, &likeness);
            bool is_pure = addition.n_paragraphs >= MIN_PURE_BLOCKS &&
                           addition.paragraphs >= PURE_SHARE * (float)addition.n_chars;
            bool is_body = elements[parent].tag == TAG_BODY; /* has paragraphs of all kinds */
            if (addition.same_parts >= SAME_SHARE * extra ||
                (!is_body && (addition.same_blocks >= SAME_SHARE * extra || is_pure))) {
                best = parent;
                base = elements[parent].live_mass;
            }
        }
        inner = parent;
    }
    return best;
}

uint32_t html_region_find(struct html_tree *tree) {
    cut_furniture(tree);
    uint32_t picked = pick(tree);
    return picked > 0 ? grow(tree, picked) : picked;
}
