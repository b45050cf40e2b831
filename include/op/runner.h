/* What the parts of the runner share; not for others. */
#ifndef OP_RUNNER_H
#define OP_RUNNER_H

#include "op/transaction.h"

/* One run of one operation. */
struct run {
	struct session *session;
	const struct op *op;
	unsigned flags; /* of op, as they are for these arguments */
	struct args *args;
	struct result *result;
	const struct asker *asker; /* NULL: nobody to ask */
	const char *path;          /* the database; NULL when it takes none */
	const char *source_path;   /* OP_COPIES, OP_CONVERTS: the one that is read */
	struct notes notes;
	struct services services;
	struct op_call call;
	struct kdb work;     /* what a writer changes */
	struct store source; /* OP_COPIES, OP_CONVERTS: what is read */
	struct store aside;  /* what was open, while the run is about another */
	bool looked;         /* what the session has open was compared, and is to be settled */
	bool kept;           /* the session's database is the one that it is about */
	bool held;           /* ... open for a transaction, and not looked at again */
	bool source_kept;    /* OP_COPIES: the session's is the one that is read, and lies there */
	bool set_aside;      /* something lies in aside */
	bool lost;           /* what was kept does not open any more */
	bool unsaved;        /* what is told is not what is on disk */
	struct pw *pw;       /* OP_CREATES: the new one */
	bool have[P_COUNT];  /* this secret was read, once for all, or is known */
	enum param known; /* the one that the session knew, whatever its source would say; P_END */
	bool exists;      /* OP_CREATES: replaces what is there */
	bool done;        /* OP_CREATES: it is there already, nothing to do */
	bool saved;       /* the database was changed, on disk */
	bool written;     /* all outputs stand at their places */
	struct stage *stages; /* one an output; NULL before they are staged */
};

/* --- runner-secrets.c --- */

/* Reads the secrets whose sources were given and cannot be asked for, in the order of the table, so
 * that lines of standard input are taken in that order. RC_NO_SECRET, RC_USAGE. */
NODISCARD enum rc run_read_secrets(struct run *run, struct err *err);

/* The secret for p: as services->secret. */
NODISCARD enum rc run_secret(struct run *run, enum param p, const char *file, struct secret **out,
			     struct err *err);

/* The passphrase for the database at path, where p says so. *pw NULL: the public part only. */
NODISCARD enum rc run_database_pw(struct run *run, enum param p, const char *path, struct pw **pw,
				  struct err *err);

/* --- runner-database.c --- */

/* Which database it is about, from arguments, --db, the environment. RC_USAGE. */
NODISCARD enum rc run_find_path(struct run *run, struct err *err);

/* Locks and opens what the operation needs. */
NODISCARD enum rc run_open(struct run *run, struct err *err);

/* RC_PASSWORD_EXPIRED when the passphrase of st is past its day and the operation minds. */
NODISCARD enum rc run_check_expiry(const struct run *run, const struct store *st, struct err *err);

/* True when the database is to be another than it is. */
bool run_changes(const struct run *run);

/* Keeps what the result borrows from though nothing is saved. RC_NO_MEMORY. */
NODISCARD enum rc run_keep_unsaved(struct run *run, struct err *err);

/* Saves, makes, removes the database, or leaves it as it is; the session's is the new one then.
 * RC_OUTPUT as store_save. */
NODISCARD enum rc run_save(struct run *run, struct err *err);

/* --- runner-session.c --- */

/* Looks whether the database, or the one that is copied from, is what the session has open; puts
 * what it has open out of the way where it is not. RC_NO_MEMORY. */
NODISCARD enum rc run_find_kept(struct run *run, struct err *err);

/* Reads a kept database again when its file changed. As store_refresh; RC_WRONG_SECRET with words
 * when its passphrase is another now. */
NODISCARD enum rc run_refresh(struct run *run, struct store *st, struct err *err);

/* Leaves the session as it is to be after a run that ended in rc. */
void run_settle(struct run *run, enum rc rc);

/* --- transaction.c --- */

/* Whether the database is the one of the transaction. RC_USAGE, RC_EXISTS with words. */
NODISCARD enum rc run_find_held(struct run *run, struct err *err);

/* Takes over what a run did: the session's database is the new one, its outputs wait. */
NODISCARD enum rc run_hold(struct run *run, struct err *err);

/* The output of a transaction that is to be at path; NULL. */
const struct output *transaction_output(const struct transaction *t, const char *path);

/* The version of the stash that it is to write; 0: none. */
int transaction_stash(const struct transaction *t);

/* What a source of a secret gave before, or will give: a variable that was read, a file that waits
 * to be written. RC_NOT_FOUND for any other; RC_LIMIT, RC_NO_MEMORY. */
NODISCARD enum rc transaction_secret(struct secret **secret, const struct transaction *t,
				     const char *source);

/* Has transaction_secret find it. RC_NO_MEMORY. */
NODISCARD enum rc transaction_keep_secret(struct transaction *t, const char *source,
					  const struct secret *secret);

/* A read for an operation: the output that is to be at path; RC_NOT_FOUND when there is none. */
NODISCARD enum rc transaction_read(const struct transaction *t, const char *path, struct buf *out);

/* --- runner-try.c --- */

/* What the format has no room for, of what the operation brought in: in the words of a save, but at
 * once, so that a run can name its line. RC_LIMIT, RC_POLICY. */
NODISCARD enum rc run_check_fits(const struct run *run, struct err *err);

/* RC_NO_SECRET with words: there is nothing to save it under. */
enum rc run_no_passphrase(const struct run *run, struct err *err);

/* What saving db would refuse, without saving it: for a dry run. */
NODISCARD enum rc run_try(struct run *run, const struct kdb *db, struct err *err);

/* --- runner-fips.c --- */

/* Refuses what a change would bring into a FIPS database though it is not approved, or where the
 * session says so into any. RC_NOT_APPROVED. */
NODISCARD enum rc run_check_fips(const struct run *run, struct err *err);

/* Refuses what was opened though it is not approved. RC_NOT_APPROVED. */
NODISCARD enum rc run_check_opened(const struct run *run, struct err *err);

/* --- runner-outputs.c --- */

/* Checks the places that --out and --key-out name: before anybody is asked anything, and before a
 * key is made. As run_stage_outputs. */
NODISCARD enum rc run_check_paths(const struct run *run, struct err *err);

/* Checks the places of all outputs. */
NODISCARD enum rc run_check_outputs(const struct run *run, struct err *err);

/* Looks at the places of outputs again that were checked, and waited for the end of a transaction.
 */
NODISCARD enum rc run_check_places(const struct run *run, struct err *err);

/* Writes them as far as can be before the database is saved; nothing in a dry run. */
NODISCARD enum rc run_stage_outputs(struct run *run, struct err *err);

/* Puts them in their places. */
NODISCARD enum rc run_commit_outputs(struct run *run, struct err *err);

/* Removes what was not committed. */
void run_drop_outputs(struct run *run);

/* --- services.c --- */

/* Fills in what operations may ask for. */
void run_services(struct run *run);

#endif
