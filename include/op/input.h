/* Files that operations take in. */
#ifndef OP_INPUT_H
#define OP_INPUT_H

#include "codec/intake.h"
#include "op/op.h"

/* The passphrase that p (P_IN_PASS, P_KEY_PASS) gives for a file: an empty one for `none`, never
 * NULL. The caller frees it. Errors as of services->secret. */
NODISCARD enum rc input_pass(struct op_call *c, enum param p, const char *path,
			     struct secret **pass, struct err *err);

/* RC_NOT_APPROVED with words when FIPS 140-3 does not approve how the database at path is built, or
 * how a key in it is encrypted. */
NODISCARD enum rc input_check_fips(const struct kdb *db, const char *path, struct err *err);

/* Reads and takes apart a file for an operation: with --in-pass where that was given, else without
 * a passphrase, and once more with the default one where something in it is locked. Problems become
 * warnings of the result. Words name the file. `in` is released by the caller (intake_release),
 * also on failure. */
NODISCARD enum rc input_read(struct op_call *c, const char *path, struct intake *in,
			     struct err *err);

/* The same for a file that holds a key (--key-file, with --key-pass). */
NODISCARD enum rc input_read_key(struct op_call *c, const char *path, struct intake *in,
				 struct err *err);

#endif
