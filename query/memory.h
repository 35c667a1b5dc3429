/* Memory for a process that mostly lives for milliseconds: that of osler-query, which is why this
 * has state of the whole process, and why nothing of libosler calls it. */
#ifndef OSLER_QUERY_MEMORY_H
#define OSLER_QUERY_MEMORY_H

/* To be called once, before anything is allocated and before SQLite is used. From then on SQLite is
 * for one thread only, counts no memory, and what it frees in small pieces is kept for itself. */
void memory_prepare(void);

#endif
