/* What the operations of `db` share; not for others. */
#ifndef OP_DB_PARTS_H
#define OP_DB_PARTS_H

#include "op/op.h"

enum {
	DB_ITERATIONS_MIN = 1000,
	DB_EXPIRE_MAX = 36500,
	DB_RECORD_MIN = 2500,
	DB_RECORD_MAX = 16 * 1024 * 1024 /* as the codec */
};

/* --iterations, else by where the passphrase in p came from. RC_USAGE when out of range. */
NODISCARD enum rc db_iterations(uint64_t *n, const struct op_call *call, enum param p,
				bool is_empty, struct err *err);

/* When the passphrase expires by --expire; 0: never, also without it. RC_USAGE when out of range.
 */
NODISCARD enum rc db_expiry(int64_t *when, const struct op_call *call, struct err *err);

/* Sets the length of a record. RC_USAGE when out of range. */
NODISCARD enum rc db_set_record_length(struct kdb *db, uint64_t length, struct err *err);

/* Begins call->db, which is new and empty: in the format that --type says, else the name, under the
 * passphrase that p gave. Sets call->how. RC_USAGE. */
NODISCARD enum rc db_begin(struct op_call *call, enum param p, struct err *err);

/* RC_OK for what the passphrase of a CMS database may be (NULL: none), and when nothing that such a
 * database has no place for was asked for. RC_USAGE with words. */
NODISCARD enum rc db_check_cms(const struct op_call *call, const struct secret *pass,
			       struct err *err);

/* Has the stash written with the outputs. RC_USAGE for a passphrase that no stash can hold. */
NODISCARD enum rc db_plan_stash(struct op_call *call, const struct secret *pass, int version,
				struct err *err);

#endif
