/* Files that operations take in. */
#ifndef OP_INPUT_H
#define OP_INPUT_H

#include "codec/intake.h"
#include "op/op.h"

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
