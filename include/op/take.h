/* Taking in what a file holds: keys with their certificates, answers to requests, certificates. The
 * engine behind cert add, import and receive. */
#ifndef OP_TAKE_H
#define OP_TAKE_H

#include "codec/intake.h"
#include "op/entry-make.h"
#include "op/key-index.h"
#include "op/op.h"

/* Who here has the public keys of a file's certificates. */
struct awaited {
	struct key_index requests; /* at is the position among the requests */
	struct key_index entries;  /* ... among the key entries */
};

#define AWAITED_INIT                       \
	{                                  \
		.requests = KEY_INDEX_INIT \
	}

struct take_options {
	const char *as;   /* the label of the one thing that is taken; NULL: the file's */
	const char *from; /* the label inside the file of the one key that is taken; NULL: all */
	bool untrusted;
	bool older;
	bool unchecked;
	enum if_exists if_exists;
	const struct awaited *awaited; /* for take_answer; borrowed */
};

/* The options of a command line. */
struct take_options take_options_of(const struct args *args);

/* True when in holds a private key, open or locked. */
bool take_has_keys(const struct intake *in);

/* Takes every key with its certificate (found by the container's word or by public key), secret
 * keys, keys that wait, and the other certificates of the file. RC_NO_KEY when there is no key,
 * RC_MISMATCH when the one key of a file with certificates belongs to none of them,
 * RC_DUPLICATE, RC_NO_SECRET for a locked key; words name path. */
NODISCARD enum rc take_keys(struct op_call *c, struct intake *in, const char *path,
			    const struct take_options *options, struct err *err);

/* Where rc is RC_DUPLICATE and just that is there already: says that --if-exists keep is content
 * with it. Returns rc. */
enum rc take_hint_keep(struct err *err, enum rc rc, bool is_there);

/* Adds the public keys of the file's certificates, at their positions among its items, and sorts.
 * RC_NO_MEMORY. */
NODISCARD enum rc take_index_certs(struct key_index *certs, const struct intake *in);

/* Finds out who waits, opening each key that waits without a request once. It borrows from in, and
 * holds until the database changes. RC_NO_MEMORY. Released with take_awaited_release. */
NODISCARD enum rc take_awaited(struct awaited *awaited, struct op_call *c, const struct intake *in);

/* Releases it. */
void take_awaited_release(struct awaited *awaited);

/* True when a certificate of in has the public key of a request or key entry here, and is not there
 * yet. */
bool take_is_answer(struct op_call *c, const struct intake *in, const struct awaited *awaited);

/* Receives the answer in the file, which options->awaited tells of. */
NODISCARD enum rc take_answer(struct op_call *c, struct intake *in, const char *path,
			      const struct take_options *options, struct err *err);

/* Adds every certificate of the file. RC_NOT_FOUND when there is none, RC_DUPLICATE. */
NODISCARD enum rc take_certs(struct op_call *c, struct intake *in, const char *path,
			     const struct take_options *options, struct err *err);

/* Adds the certificate of an item that came along with something else: nothing when it is there
 * already; a label that is taken is made unique. */
NODISCARD enum rc take_along(struct op_call *c, const struct item *item, bool trusted);

#endif
