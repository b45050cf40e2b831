/* Several operations on one database, of which all are done or none: `kyman run`. A session that
 * has one writes nothing before transaction_end; until then each operation works on what those
 * before it made, reads the files that they would write, and its result says what it did as if it
 * were done. A failed operation ends it: the session is closed, and nothing was changed. */
#ifndef OP_TRANSACTION_H
#define OP_TRANSACTION_H

#include "op/op.h"

/* A variable of the environment is wiped once it was read; those behind it may want it, too. */
struct variable {
	char *source; /* "env:NAME" */
	struct secret *secret;
};

/* A place that an output is for. Its folder is resolved, its name stands for itself: what lies
 * there is replaced and not written through. */
struct place {
	char *path;
	size_t output;
};

struct transaction {
	/* Set before the first operation: one of them may change the database, which is locked from
	 * its opening on; results say what would be done, and transaction_end changes nothing. */
	bool writes;
	bool dry_run;

	char *database;          /* as the first that is about one names it. Owned */
	bool changed;            /* there is something to save */
	bool creates;            /* the database is to be made */
	bool replaces;           /* ... in the place of one that is there */
	struct store_new how;    /* the one that is to be made */
	const struct codec *was; /* of the one that is there */
	struct variable *variables;
	size_t variable_count;
	struct place *places; /* of outputs, in the order of their paths */
	size_t place_count;
	/* What waits for the end: outputs; there, what is to be told of it. */
	struct result pending;
};

#define TRANSACTION_INIT                \
	{                               \
		.pending = RESULT_INIT, \
	}

/* RC_USAGE with words for an operation that cannot be part of one. */
NODISCARD enum rc transaction_takes(const struct op *op, struct err *err);

/* Writes the outputs beside their places, saves the database, puts the outputs there. As op_run.
 * The session's database stays open. */
NODISCARD enum rc transaction_end(struct session *s, struct err *err);

/* Releases, wipes. What was not ended was not done. */
void transaction_release(struct transaction *t);

#endif
