/* See citation.h. */
#include "indexer/passages/citation.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/passages/cited_sentence.h"
#include "indexer/passages/source_label.h"
#include "store/array.h"

/* The state of one pass over the document, section by section and link by link. */
struct pass {
    struct document *document;
    const struct passage_list *passages;
    struct citation_list *list;
    struct source_entries sources;
    size_t i_link;                 /* the next link */
    size_t i_passage;              /* the first passage of the section at hand or a later one */
    size_t claim_start, claim_end; /* the last sentence of the section that says something */
    size_t claim_block;            /* the block of that */
    bool failed;
};

/* The passage that holds text byte `offset`, or NO_PASSAGE. */
static size_t passage_at(const struct passage_list *list, size_t offset) {
    size_t low = 0;
    size_t high = list->n_passages;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->passages[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset < list->passages[low - 1].end ? low - 1 : NO_PASSAGE;
}

/* Adds `citation`, of which the claim and the passage are filled. */
static void add_citation(struct pass *pass, const struct link *link,
                         const struct source_entry *entry, struct citation citation) {
    struct citation_list *list = pass->list;
    struct citation *citations =
        array_grow(list->citations, list->n_citations, &list->capacity, sizeof *citations);
    if (!citations) {
        pass->failed = true;
        return;
    }
    list->citations = citations;
    citation.label = source_label(pass->document, link, entry);
    citation.url = link->url;
    citation.source = link->source;
    pass->failed |= !citation.label;
    citations[list->n_citations++] = citation;
}

/* Adds a citation in the text. */
static void cite(struct pass *pass, const struct link *link, struct citation citation) {
    struct source_entry *entry = source_entries_find(&pass->sources, pass->document, link->url);
    if (entry)
        entry->is_cited = true;
    add_citation(pass, link, entry, citation);
    pass->i_link++;
}

/* The next link if it is before block `end_block`, else NULL. */
static const struct link *next_link(const struct pass *pass, size_t end_block) {
    if (pass->i_link == pass->document->n_links || pass->failed)
        return NULL;
    const struct link *link = &pass->document->links[pass->i_link];
    return link->block < end_block ? link : NULL;
}

/* Reads the links of a sentence of block `block`; `is_last`: and those after it in the block. */
static void cite_sentence(struct pass *pass, const struct cited_sentence *sentence, size_t block,
                          bool is_last) {
    const struct document *document = pass->document;
    bool is_row = document->blocks[block].kind == BLOCK_ROW;
    if (cited_sentence_says(document, sentence->said_start, sentence->said_end, is_row)) {
        pass->claim_start = sentence->said_start;
        pass->claim_end = sentence->said_end;
        pass->claim_block = block;
    }
    const struct link *link;
    while ((link = next_link(pass, block + 1)) && (is_last || link->start < sentence->end)) {
        bool has_claim = pass->claim_end > pass->claim_start;
        size_t start = has_claim ? pass->claim_start : link->start;
        size_t end = has_claim ? pass->claim_end : start;
        cite(pass, link,
             (struct citation){.claim_start = start,
                               .claim_end = end,
                               .passage = passage_at(pass->passages, start)});
    }
}

static void cite_block(struct pass *pass, size_t i_block) {
    const struct block *block = &pass->document->blocks[i_block];
    /* An item of a list does not speak of the item before. */
    bool claim_is_items = pass->document->blocks[pass->claim_block].kind == BLOCK_ITEM;
    if (block->kind == BLOCK_ITEM && claim_is_items)
        pass->claim_start = pass->claim_end = 0;
    if (block->kind == BLOCK_ROW) {
        struct cited_sentence row = {block->start, block->end, block->start, block->end};
        cite_sentence(pass, &row, i_block, true);
        return;
    }
    struct cited_sentence sentence;
    size_t at = block->start;
    while (cited_sentence_next(pass->document, at, block->end, &sentence)) {
        at = sentence.end;
        cite_sentence(pass, &sentence, i_block, at == block->end);
    }
}

/* Reads the links of the heading before `section`, if any: it is their claim. */
static void cite_heading(struct pass *pass, size_t i_section) {
    const struct section *section = &pass->passages->sections[i_section];
    const struct passage_list *passages = pass->passages;
    while (pass->i_passage < passages->n_passages &&
           passages->passages[pass->i_passage].section < i_section)
        pass->i_passage++;
    bool has_passage = pass->i_passage < passages->n_passages &&
                       passages->passages[pass->i_passage].section == i_section;
    const struct link *link;
    while ((link = next_link(pass, section->first_block))) {
        const struct block *heading = &pass->document->blocks[link->block];
        cite(pass, link,
             (struct citation){.claim_start = heading->start,
                               .claim_end = heading->end,
                               .passage = has_passage ? pass->i_passage : NO_PASSAGE});
    }
}

/* Adds what the lists of sources name: before the text is read, so that every name is known. */
static void read_sources(struct pass *pass) {
    struct document *document = pass->document;
    const struct passage_list *passages = pass->passages;
    size_t i_link = 0;
    for (size_t i = 0; i < passages->n_sections && !pass->failed; i++) {
        const struct section *section = &passages->sections[i];
        while (i_link < document->n_links && document->links[i_link].block < section->first_block)
            i_link++;
        for (; i_link < document->n_links && document->links[i_link].block < section->end_block;
             i_link++)
            pass->failed |=
                section->is_sources && !source_entries_add(&pass->sources, document, i_link);
    }
    source_entries_finish(&pass->sources, document);
}

static int compare_links(const void *a, const void *b) {
    size_t x = ((const struct source_entry *)a)->link;
    size_t y = ((const struct source_entry *)b)->link;
    return (x > y) - (x < y);
}

/* Adds the sources that nothing in the text cites, as citations of the whole document. */
static void cite_document(struct pass *pass) {
    struct source_entries *sources = &pass->sources;
    if (sources->n_entries > 0)
        qsort(sources->entries, sources->n_entries, sizeof *sources->entries, compare_links);
    for (size_t i = 0; i < sources->n_entries && !pass->failed; i++) {
        const struct source_entry *entry = &sources->entries[i];
        if (!entry->is_cited)
            add_citation(pass, &pass->document->links[entry->link], entry,
                         (struct citation){.passage = NO_PASSAGE});
    }
}

enum status citations_of(struct document *document, const struct passage_list *passages,
                         struct citation_list *list, struct error *error) {
    struct pass pass = {.document = document, .passages = passages, .list = list};
    if (document->n_links > 0)
        read_sources(&pass);
    for (size_t i = 0; i < passages->n_sections; i++) {
        const struct section *section = &passages->sections[i];
        cite_heading(&pass, i);
        pass.claim_start = pass.claim_end = 0;
        if (section->is_sources) {
            while (next_link(&pass, section->end_block))
                pass.i_link++;
            continue;
        }
        for (size_t block = section->first_block;
             block < section->end_block && next_link(&pass, section->end_block); block++)
            cite_block(&pass, block);
    }
    cite_document(&pass);
    source_entries_free(&pass.sources);
    return pass.failed || document->failed ? error_no_memory(error) : STATUS_OK;
}

void citation_list_free(struct citation_list *list) {
    free(list->citations);
    *list = (struct citation_list){0};
}
