/* Archived pages as documents of the index: the newest capture of every page that is cited, and of
 * every page in the archives under PATH; and what is known of each cited link.
 *
 * A page is one document under whatever URLs it is cited: another scheme, tracking parameters,
 * redirects. Pages of the same text are one document too, that of the first URL. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_PAGES_H
#define OSLER_INDEXER_SOURCES_SOURCE_PAGES_H

#include "indexer/publish/pipeline.h"
#include "indexer/publish/publication.h"
#include "indexer/report/report.h"
#include "store/error.h"
#include "store/index.h"

/* Finds out whether there are captures that could not be read for want of a program which is there
 * now. With `writes` they are to be read again, by the next source_pages_update. */
enum status source_pages_retry(struct index *index, bool writes, bool *has_some,
                               struct error *error);

/* Brings the index's sources up to date with its captures. `folder` is the real path of the
 * index's. A page that cannot be indexed is named in `report` when that is found out. */
enum status source_pages_update(struct index *index, const char *folder, struct pipeline *pipeline,
                                struct publication *publication, struct report *report,
                                struct error *error);

#endif
