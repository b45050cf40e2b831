/* From the shape options of a command line to what pki/issue.h wants. */
#ifndef OP_SHAPE_ARGS_H
#define OP_SHAPE_ARGS_H

#include "op/op.h"
#include "pki/issue.h"

enum { DAYS_MAX = 36500, DAYS_LEAF = 365, DAYS_CA = 3650, CLOCK_SKEW = 3600, DAY_SECONDS = 86400 };

/* A shape and the bytes that it borrows. SHAPE_ARGS_INIT makes it empty; shape_args_release
 * releases it. */
struct shape_args {
	struct shape shape;
	struct buf subject;
	struct buf names;
	struct buf permitted;
	struct buf excluded;
	struct buf ekus;
};

#define SHAPE_ARGS_INIT             \
	{                           \
		.shape = SHAPE_INIT \
	}

/* Names: the words from first_word on and every --san; where there are none and label is itself a
 * host name or an address, label (unless the profile is ca). label may be NULL. RC_USAGE, RC_LIMIT
 * (NAMES_MAX) with words. */
NODISCARD enum rc shape_args_names(struct shape_args *sa, const struct args *args,
				   size_t first_word, const char *label, struct err *err);

/* Profile: --profile, else server where there is a name; that none of them is a host or an address
 * is then told in warnings. RC_USAGE when neither says; RC_NO_NAMES for a server without names and
 * without --no-names. */
NODISCARD enum rc shape_args_profile(struct shape_args *sa, const struct args *args,
				     struct warnings *warnings, struct err *err);

/* Subject: --subject, else CN= the first name, else label. RC_USAGE with words. */
NODISCARD enum rc shape_args_subject(struct shape_args *sa, const struct args *args,
				     const char *label, struct err *err);

/* Usages, path length, constraints, URLs, hash. has_issuer decides the default path length.
 * RC_USAGE with words. */
NODISCARD enum rc shape_args_extras(struct shape_args *sa, const struct args *args, bool has_issuer,
				    struct err *err);

/* not_before and not_after from --days, --not-before, --not-after; issuer (may be NULL) cuts them,
 * which is told in warnings. RC_USAGE; RC_EXPIRED when the issuer's end is before the start. */
NODISCARD enum rc shape_args_dates(struct shape *shape, const struct args *args,
				   const struct cert *issuer, struct warnings *warnings,
				   struct err *err);

/* Releases it. */
void shape_args_release(struct shape_args *sa);

/* The type of --key, or the default for this database: in a CMS database one that all of IBM's
 * programs know. */
const char *key_type_of(const struct args *args, const struct kdb *db);

#endif
