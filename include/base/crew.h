/* Many pieces of work of one kind, done by all processors. */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "base/err.h"
#include "base/task.h"

#include <stdatomic.h>
#include <stddef.h>

enum { CREW_MAX = 64 };

/* CREW_INIT, then the first four; the others are crew_run's. */
struct crew {
	size_t count;     /* of the pieces */
	unsigned workers; /* at most CREW_MAX */
	void *self;
	/* Does piece i. Two workers are never the same at one time. */
	enum rc (*each)(void *self, unsigned worker, size_t i);
	/* Told on the caller's thread, between its pieces, how many are done; NULL: nobody cares.
	 */
	void (*beat)(void *self, size_t done);
	unsigned failed_by; /* the worker whose piece was the first that failed */
	atomic_size_t next;
	atomic_size_t done;
	atomic_bool stop;
};

#define CREW_INIT          \
	{                  \
		.count = 0 \
	}

/* How many processors this process may use, at most CREW_MAX. */
unsigned crew_workers(void);

/* Has all pieces done, begun in their order, by threads beside the caller and by the caller. When a
 * piece fails, those before it are done nevertheless, and none is begun any more; the code of the
 * first that failed, in their order, is returned. */
NODISCARD enum rc crew_run(struct crew *c);

#endif
