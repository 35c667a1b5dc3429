/* Memory for a process that mostly lives for milliseconds: that of osler-query. It sets up the
 * whole process, which is why nothing of libosler calls it. */
#ifndef OSLER_QUERY_MEMORY_H
#define OSLER_QUERY_MEMORY_H

/* To be called once, before anything is allocated and before SQLite is used. From then on SQLite is
 * for one thread only and counts no memory. */
void memory_prepare(void);

#endif
