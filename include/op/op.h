/* Operations: small functions on the model, and the runner that does everything around them in one
 * order. An operation does not open, lock, save or print; what it needs from outside it asks its
 * call for. */
#ifndef OP_OP_H
#define OP_OP_H

#include "op/params.h"
#include "op/result.h"
#include "store/store.h"

/* A passphrase that is wanted. Borrowed. */
struct secret_question {
	const char *prompt; /* a phrase without colon */
	const char *option; /* by which a command could say it: "--pass" */
	bool is_new;        /* asked for twice */
};

/* How a front end asks. Each returns RC_CANCELLED at end of input, RC_NO_SECRET (or RC_USAGE for
 * text) where nobody can be asked. */
struct asker {
	/* A passphrase, echo off. The caller frees it. */
	enum rc (*secret)(void *self, const struct secret_question *question, struct secret **out,
			  struct err *err);
	/* Yes or no. question ends in a question mark. */
	enum rc (*confirm)(void *self, const char *question, bool *yes, struct err *err);
	void *self;
};

enum op_flags {
	OP_READS = 1 << 0,     /* opens the database */
	OP_WRITES = 1 << 1,    /* locks, opens, saves when something changed */
	OP_CREATES = 1 << 2,   /* makes the database: its path must not exist */
	OP_DB_ARG = 1 << 3,    /* its first argument is the database; may be left out for --db */
	OP_NEEDS_ARG = 1 << 4, /* ... may not (db delete) */
	OP_PUBLIC = 1 << 5, /* works on the public part, without a passphrase, where there is none
			       and nobody to ask */
	OP_EXPIRED_OK = 1 << 6, /* also on a database whose passphrase expired */
	OP_NEW_SECRET = 1 << 7, /* --pass is a new passphrase (db create) */
	OP_COPIES = 1 << 8, /* reads --db (call->source) and writes the database --to (call->db) */
	OP_READ_ALONE = 1 << 9,  /* without an argument it only reads, as OP_READS | OP_PUBLIC */
	OP_STASH_TOLD = 1 << 10, /* a stash that does not open the database is told, not refused
				    (db show) */
	OP_ASKS_NONE = 1 << 11,  /* takes a passphrase when one is given, else does without (db
				    delete) */
	OP_CONVERTS = 1 << 13,   /* with OP_CREATES: reads its first argument (call->source), makes
				    its second (call->db, under --out-pass) */
	OP_KEYS = 1 << 12,       /* opens or makes private keys: that derivation begins with the
				    database's own */
	OP_ALONE = 1 << 14,      /* cannot be part of a transaction */
	OP_BATCH = 1 << 15,      /* with --batch it has no arguments, and with --out-dir it only
				    reads the database */

	/* Several, to ask for any of them. */
	OP_CHANGES = OP_WRITES | OP_CREATES | OP_COPIES,
	OP_DATABASE = OP_READS | OP_CHANGES,
};

struct op_call;
struct transaction;

struct op {
	const char *noun; /* NULL for show, help ... */
	const char *verb;
	const char *arguments; /* "LABEL [NAME...]" for help */
	const char *summary;   /* one line */
	const char *detail;    /* more for help and the manual; may be NULL */
	size_t min_words;
	size_t max_words;         /* SIZE_MAX: any number */
	unsigned flags;           /* OP_... */
	const enum param *params; /* beyond the common ones; P_END-terminated */
	enum rc (*run)(struct op_call *call, struct err *err);
};

/* What a running operation has. */
struct op_call {
	const struct op *op;
	const struct args *args;
	struct kdb *db;           /* the working copy; NULL when it takes no database */
	struct pw *pw;            /* the database's; NULL when opened without */
	const struct kdb *source; /* OP_COPIES, OP_CONVERTS: what is copied from; else NULL */
	const struct codec *source_codec;
	struct pw *source_pw;
	const char *path; /* the database's, as the user wrote it; NULL */
	struct result *result;
	const struct services *services;

	/* For operations about the database's file itself (db ...); others leave them alone. */
	struct store *store;
	struct pw *new_pw;    /* taken over: everything is shrouded under it and saved */
	struct store_new how; /* owner and mode of a new database */
	int stash_version;    /* of the stash that this transaction is to write; 0: none */
	bool deletes;         /* the database and its stash go */
	bool keeps_new;       /* put_new: what was written depends on it, also on failure */
	bool replaces_key;    /* that a private key goes was asked for: no confirmation */
	bool fips;            /* the session's */
};

/* The outside world, as far as operations may ask for it; a test scripts it. */
struct services {
	/* A whole file. */
	enum rc (*read)(void *self, const char *path, struct buf *out, struct err *err);
	/* The secret for a parameter: what the source given says, else the default for `file` (a
	 * stash beside it, else the asker). *out NULL and RC_OK for `none`. RC_NO_SECRET. The
	 * caller frees it. */
	enum rc (*secret)(void *self, enum param p, const char *file, struct secret **out,
			  struct err *err);
	/* Writes the files of passphrases that were made so far, before what cannot be taken back
	 * depends on them: see keeps_new. NULL: there are none. */
	enum rc (*put_new)(void *self, struct err *err);
	/* So many of all are done. NULL: nobody cares. */
	void (*progress)(void *self, size_t done, size_t all);
	void *self;
};

/* Who is told how far a long operation is: so many of all, none at its beginning. On the caller's
 * thread. */
struct meter {
	void (*tell)(void *self, size_t done, size_t all);
	void *self;
};

/* A run of operations on at most one database. */
struct session {
	struct store store;
	bool is_open;
	/* The database stays open, with its passphrase, until an operation that works is about
	 * another: none is asked for or read a second time, a reader reads the file again only when
	 * it changed, and a failed run leaves what is open as it was. A copy to another database
	 * leaves the one that it reads open. One whose passphrase was changed by another process is
	 * closed, and so is one that was opened without (RC_WRONG_SECRET, the next run asks). */
	bool keeps;
	/* The process does nothing after the next run but print: where that only reads, it gives up
	 * what reading does not need (base/confine.h) before it takes in a file. */
	bool confines;
	struct transaction *together; /* NULL: each run writes what it did; else op/transaction.h */
	bool fips; /* what FIPS 140-3 does not approve is neither opened nor taken in:
		      RC_NOT_APPROVED */
	const struct asker *asker; /* NULL: nobody to ask */
	const struct meter *meter; /* NULL: nobody to tell */
};

#define SESSION_INIT                \
	{                           \
		.store = STORE_INIT \
	}

/* Runs one operation: values and secrets, lock, open, run on a copy, diff, confirm, save, outputs.
 * A secret that args hold already is taken, whatever its source says. On failure nothing changed
 * (RC_OUTPUT: see err.def). result is empty before; it borrows from the session and from args. */
NODISCARD enum rc op_run(struct session *s, const struct op *op, struct args *args,
			 struct result *result, struct err *err);

/* Whether args have as many words as op takes. RC_USAGE with words. */
NODISCARD enum rc op_check_words(const struct op *op, const struct args *args, struct err *err);

/* True when op may change the database with these arguments. */
bool op_may_write(const struct op *op, const struct args *args);

/* Closes what is open. */
void session_close(struct session *s);

/* All operations, NULL-terminated, in the order of help. */
const struct op *const *op_all(void);

/* The operation for noun and verb; verb may be NULL for those without noun ("show"). NULL when
 * there is none. */
const struct op *op_find(const char *noun, const char *verb);

#endif
