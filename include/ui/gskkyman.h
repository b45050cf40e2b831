/* gskkyman's flags: a table of commands, each of which runs one operation. */
#ifndef UI_GSKKYMAN_H
#define UI_GSKKYMAN_H

#include "ui/line.h"
#include "ui/view.h"

/* Runs a command line of flags: asks on standard input for what is missing, prints to v, failures
 * too. *status is RC_OK or RC_FAILED; so is what it returns. */
NODISCARD enum rc gskkyman_run(struct view *v, int argc, char *const *argv, enum rc *status,
			       struct err *err);

/* --- What its files share --- */

/* Flags: first those that are values, then those that are commands. */
enum gsk_flag {
	GSK_DATABASE,
	GSK_LABEL,
	GSK_FILE,
	GSK_DAYS,
	GSK_REQUEST,
	GSK_CERTIFICATE,
	GSK_CA,
	GSK_CHAIN,
	GSK_KEY_TYPE,
	GSK_TOKEN,
	GSK_FLAGS, /* how many values */
	GSK_DISPLAY = GSK_FLAGS,
	GSK_DISPLAY_ALL,
	GSK_DISPLAY_DATABASE,
	GSK_EXPORT,
	GSK_IMPORT,
	GSK_SIGN,
	GSK_STASH,
	GSK_HELP,
	GSK_QUESTION,
};

/* A value that a command takes. */
struct gsk_value {
	enum gsk_flag flag;
	enum param param;   /* P_END: a word */
	const char *prompt; /* asked for with it where it is missing; NULL: it may be missing */
	const char *help;
	enum line_kind kind;
	bool or_default; /* ENTER stands for the default key */
};

struct gsk;

/* A command. */
struct gsk_command {
	const struct op *op;            /* NULL: usage */
	const struct gsk_value *values; /* in the order of the questions; GSK_FLAGS ends them */
	enum param pass;                /* of the file beside the database; P_END: none */
	const char *pass_prompt;
	const char *pass_again; /* it is new, and asked for twice; NULL: it is not */
	/* What a table cannot say: values made of others, another operation. May be NULL. */
	enum rc (*convert)(struct gsk *g, struct err *err);
	/* Prints what was found out or done. */
	enum rc (*tell)(struct gsk *g, const struct result *r, struct err *err);
};

/* A command line on its way. */
struct gsk {
	struct view *v;
	const struct gsk_command *command;
	const struct op *op;           /* the command's, or what convert chose */
	const char *values[GSK_FLAGS]; /* borrowed; NULL: not given; "" for flags without value */
	struct buf answers[GSK_FLAGS]; /* what was asked for */
	struct lines *lines;
	struct secret *pass; /* the database's */
	struct session session;
	struct args args; /* of op */
};

/* Asks for the database where it is missing, then for its passphrase. */
NODISCARD enum rc gsk_ask_database(struct gsk *g, struct err *err);

/* Asks for the other values that are missing, then for the file's passphrase, into g->args. */
NODISCARD enum rc gsk_ask_values(struct gsk *g, struct err *err);

/* Sets database and passphrase in args, which are for an operation on it. */
NODISCARD enum rc gsk_set_database(const struct gsk *g, struct args *args, struct err *err);

/* -kt takes this. */
bool gsk_is_key_type(const char *name);

/* For -g: what the certificate is for, by the request and -ca, -ic, -kt; tells what the request
 * asks for and will not get. */
NODISCARD enum rc gsk_convert_sign(struct gsk *g, struct err *err);

/* Prints the certificates of a list. */
NODISCARD enum rc gsk_tell_certificates(struct gsk *g, const struct result *r, struct err *err);

/* The same with public keys and all extensions. */
NODISCARD enum rc gsk_tell_certificates_whole(struct gsk *g, const struct result *r,
					      struct err *err);

/* Prints facts about the database. */
NODISCARD enum rc gsk_tell_database(struct gsk *g, const struct result *r, struct err *err);

/* Says that certificate and key are in the file. */
NODISCARD enum rc gsk_tell_exported(struct gsk *g, const struct result *r, struct err *err);

/* Says that certificate and key are in the database. */
NODISCARD enum rc gsk_tell_imported(struct gsk *g, const struct result *r, struct err *err);

/* Says what was signed. */
NODISCARD enum rc gsk_tell_signed(struct gsk *g, const struct result *r, struct err *err);

/* Says where the passphrase lies. */
NODISCARD enum rc gsk_tell_stashed(struct gsk *g, const struct result *r, struct err *err);

/* Prints "warning: TEXT" to standard error. */
void gsk_warn(const struct gsk *g, const char *text);

/* Prints all that flags can do. */
void gsk_put_usage(struct out *out);

#endif
