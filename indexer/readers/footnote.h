/* Footnotes of Markdown, which CommonMark does not know: "Drugs help.[^1]" with, elsewhere,
 * "[^1]: WHO report. https://who.int/...". */
#ifndef OSLER_INDEXER_READERS_FOOTNOTE_H
#define OSLER_INDEXER_READERS_FOOTNOTE_H

#include "indexer/document/document.h"

/* Makes each mark of a note a link to what the note links to, with the note's name for that as its
 * title, and takes the note out of the text: it is a label, not prose. A note that has no link, or
 * no mark, stays where it stands. Failure is document->failed. */
void footnotes_resolve(struct document *document);

#endif
