/* "Masks help [1][2]." with both numbers defined: two sources for who writes it. For CommonMark it
 * is one link to the second that reads "1", so that the first source is lost. */
#ifndef OSLER_INDEXER_READERS_ADJACENT_REFERENCES_H
#define OSLER_INDEXER_READERS_ADJACENT_REFERENCES_H

#include "indexer/document/decode.h"

/* Parts such references by a space. A number that no "[n]:" defines is left as it is. When memory
 * is out, decoded->text.failed is set. */
void adjacent_references_part(struct decoded *decoded);

#endif
