/* The work of a batch: rows checked, then made by all processors, into the database or into files.
 */
#ifndef OP_BATCH_JOB_H
#define OP_BATCH_JOB_H

#include "base/crew.h"
#include "base/folder.h"
#include "op/batch.h"
#include "op/bundle.h"
#include "op/create.h"

enum {
	BATCH_SIGNERS_MAX = 8,
	BATCH_NOTES_MAX = 4,
	BATCH_GROUP_MAX = 1024,
	BATCH_FILE_NAME_MAX = 256
};

/* An issuer as one thread uses it: a key and a chain of its own, since counts of references are no
 * thread's but one's. */
struct batch_signer {
	const struct entry *entry; /* of the database; NULL: none yet */
	struct issuer is;
	bool proven;          /* what it signs is accepted: see batch-work.c */
	struct entry **chain; /* what goes along with a certificate, the nearest first */
	size_t chain_count;
	struct buf chain_pem;
};

/* Something to be said about rows: about the first, and how many others. */
struct batch_note {
	char *code;
	char *message;
	size_t line;
	size_t count;
};

struct batch_worker {
	struct err err; /* why its last row failed */
	bool no_row;    /* that was not the row's fault */
	struct pw *pw;  /* the database's; a copy */
	struct pw *out_pw;
	struct batch_signer signers[BATCH_SIGNERS_MAX];
	size_t victim; /* of them, when another one is needed */
	struct batch_note notes[BATCH_NOTES_MAX];
};

/* Files in a folder. */
struct batch_files {
	struct folder folder;
	const char *suffix; /* ".pem" */
	enum format format;
	bool base64;
	unsigned chain;         /* CHAIN_... */
	struct issuers issuers; /* of the database */
	struct pw *pw;          /* NULL: keys in the clear */
	unsigned char mac_salt[PBE_SALT_SIZE];
	pthread_mutex_t lock;                     /* of the group */
	pthread_mutex_t committing;               /* one at a time */
	size_t group[BATCH_GROUP_MAX + CREW_MAX]; /* rows whose files are written */
	size_t group_count;
	struct buf lines; /* their results */
	int64_t committed_at;
	size_t done; /* in this run */
};

/* The labels of all rows, sorted as they are compared: folded. */
struct batch_labels {
	struct buf text;
	struct batch_name *items;
	size_t count;
};

struct batch_job {
	struct op_call *call;
	struct batch rows;
	struct batch_labels labels;
	bool *skip;   /* rows that need nothing */
	size_t *todo; /* the others */
	size_t todo_count;
	struct batch_worker *workers;
	unsigned worker_count;
	struct issue_tools *tools; /* of all threads */
	struct entry **made;       /* into the database: by their place in todo */
	struct batch_files *files; /* into files; else NULL */
};

/* cert create with --batch. */
NODISCARD enum rc batch_create(struct op_call *c, struct err *err);

/* RC_USAGE with words for an option of cert create that goes with another one only. */
NODISCARD enum rc batch_check_options(const struct args *args, struct err *err);

/* --- batch-labels.c --- */

/* Sorts the labels. RC_DUPLICATE with words when one is there twice, whatever its case;
 * RC_NO_MEMORY. */
NODISCARD enum rc batch_labels_make(struct batch_labels *labels, const struct batch *rows,
				    struct err *err);

/* The row with just this label; SIZE_MAX when there is none. */
size_t batch_labels_find(const struct batch_labels *labels, const struct batch *rows,
			 struct span label);

/* Releases them. */
void batch_labels_release(struct batch_labels *labels);

/* --- batch-work.c --- */

/* Checks row i of todo; those that turn out to need nothing are marked. For crew_run; self is the
 * job. */
NODISCARD enum rc batch_check_row(void *self, unsigned worker, size_t i);

/* Makes it. Likewise. */
NODISCARD enum rc batch_make_row(void *self, unsigned worker, size_t i);

/* Releases what a worker has. */
void batch_worker_release(struct batch_worker *w);

/* --- batch-files.c --- */

/* Opens the folder, reads what is done there already, marks those rows, and removes what is left of
 * others. RC_EXISTS, RC_USAGE (no name for a file) with words; nothing is left behind then. */
NODISCARD enum rc batch_files_open(struct batch_job *job, struct err *err);

/* Asks for the passphrase of the files and derives its keys. */
NODISCARD enum rc batch_files_secret(struct batch_job *job, struct err *err);

/* A pair that was made. Borrows. */
struct batch_pair {
	size_t row;
	const char *label;
	struct span cert;
	struct secret **pkcs8;             /* may be taken over */
	const struct batch_signer *signer; /* NULL: self-signed */
};

/* Writes the file of a row; it counts as done with the group that it is in. Several threads may.
 */
NODISCARD enum rc batch_files_add(struct batch_job *job, struct batch_worker *w,
				  const struct batch_pair *pair);

/* Names what was written so far, and logs it. Several threads may. */
NODISCARD enum rc batch_files_commit(struct batch_job *job, struct err *err);

/* The name of a row's file, in out (of size bytes), which is returned. */
const char *batch_file_name(char *out, size_t size, const struct batch_job *job, size_t row);

/* Closes, releases; f may be NULL. */
void batch_files_close(struct batch_files *f);

/* --- batch-bytes.c --- */

/* The bytes of a file: key, certificate, chain. The caller frees *bytes. */
NODISCARD enum rc batch_bytes(struct secret **bytes, const struct batch_files *f, struct pw *pw,
			      const struct batch_pair *pair, struct err *err);

#endif
