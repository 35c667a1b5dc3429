/* Brings the documents of the input files up to date, as a plan says. */
#ifndef OSLER_INDEXER_ARTICLES_H
#define OSLER_INDEXER_ARTICLES_H

#include <signal.h>

#include "indexer/plan.h"
#include "indexer/publish/pipeline.h"
#include "indexer/publish/publication.h"
#include "indexer/report/progress.h"
#include "indexer/report/report.h"
#include "indexer/sources/captures.h"
#include "store/error.h"

/* What that takes; all borrowed. */
struct articles {
    struct plan *plan;
    struct pipeline *pipeline;
    struct publication *publication;
    struct captures *captures; /* of archives among the files */
    struct report *report;
    struct progress *progress;
    const volatile sig_atomic_t *stop; /* set: the run ends without publishing; may be NULL */
};

/* Errors: STATUS_INDEX, STATUS_BUSY, STATUS_NO_MEMORY. */
enum status articles_update(const struct articles *articles, struct error *error);

#endif
