/* What the files of GSKit's commands share; not for others. */
#ifndef UI_GSKIT_PARTS_H
#define UI_GSKIT_PARTS_H

#include "ui/scan.h"
#include "ui/view.h"

/* GSKit's numbers that the command line itself gives; those of outcomes are in gskit-codes.c. */
enum gskit_code {
	GSKIT_CANNOT_CREATE = 8,
	GSKIT_CANNOT_DELETE = 10,
	GSKIT_CANNOT_WRITE = 13,
	GSKIT_DUPLICATE = 21,
	GSKIT_LABEL_TAKEN = 23,
	GSKIT_INVALID = 43,
	GSKIT_NO_CN = 98,
	GSKIT_NO_STASH = 103,
	GSKIT_NO_REQUEST = 108,
	GSKIT_NO_LABEL = 117,
	GSKIT_FIPS_CONFLICT = 153,
	GSKIT_WEAK_PASSWORD = 154,
	GSKIT_ARGUMENTS = 201,
	GSKIT_NO_OBJECT = 202,
	GSKIT_NO_KEYDB_ACTION = 203,
	GSKIT_NO_CERT_ACTION = 204,
	GSKIT_NO_CERTREQ_ACTION = 205,
	GSKIT_MISSING = 206,
	GSKIT_BAD_VERSION = 207,
	GSKIT_BAD_SIZE = 208,
	GSKIT_BAD_DN = 209,
	GSKIT_BAD_FORMAT = 210,
	GSKIT_BAD_FILE = 211,
	GSKIT_EXPIRE_RANGE = 217,
	GSKIT_NO_DEFAULT = 219,
	GSKIT_BAD_TRUST = 220,
	GSKIT_BAD_SIGALG = 221,
	GSKIT_NO_TOKEN = 222,
	GSKIT_NO_RANDOM_ACTION = 223,
	GSKIT_LENGTH_NEGATIVE = 224,
	GSKIT_LENGTH_SHORT = 225,
	GSKIT_LENGTH_LONG = 226,
	GSKIT_MD5_FIPS = 227,
	GSKIT_SITE = 228,
	GSKIT_BAD_CA = 229,
	GSKIT_BAD_TYPE = 230,
	GSKIT_BAD_EXPIRE = 231,
	GSKIT_TARGET_EXISTS = 233,
};

/* Options. */
enum gskit_flag {
	GSKIT_DB,
	GSKIT_PW,
	GSKIT_STASHED,
	GSKIT_PROMPT,
	GSKIT_GENPW,
	GSKIT_NEW_PW,
	GSKIT_TARGET_PW,
	GSKIT_TARGET_STASHED,
	GSKIT_STASH,
	GSKIT_V1STASH,
	GSKIT_STRONG,
	GSKIT_TYPE,
	GSKIT_TARGET_TYPE,
	GSKIT_EXPIRE,
	GSKIT_PQC,
	GSKIT_POPULATE,
	GSKIT_LABEL,
	GSKIT_NEW_LABEL,
	GSKIT_DN,
	GSKIT_TEMPLATE,
	GSKIT_SIZE,
	GSKIT_X509VERSION,
	GSKIT_DEFAULT_CERT,
	GSKIT_CA,
	GSKIT_SIGALG,
	GSKIT_CA_LABEL,
	GSKIT_SAN_DNS,
	GSKIT_SAN_EMAIL,
	GSKIT_SAN_IP,
	GSKIT_CERTPOLICY,
	GSKIT_EKU,
	GSKIT_KU,
	GSKIT_FILE,
	GSKIT_FORMAT,
	GSKIT_TRUST,
	GSKIT_TARGET,
	GSKIT_PFX,
	GSKIT_ENCRYPTION,
	GSKIT_SHOWOID,
	GSKIT_EXPIRY,
	GSKIT_SERNUM,
	GSKIT_PRESERVE,
	GSKIT_OLD_FORMAT,
	GSKIT_NEW_FORMAT,
	GSKIT_LENGTH,
	GSKIT_FIPS,
	GSKIT_CRYPTO,
	GSKIT_TOKENLABEL,
	GSKIT_SECONDARYDB,
	GSKIT_SECONDARYDBPW,
	GSKIT_SECONDARYDBTYPE,
	GSKIT_PQCDEMO,
	GSKIT_PQCDEMOR,
	GSKIT_HELP,
	GSKIT_FLAGS, /* how many */
};

/* Facts about an option. */
struct gskit_flag_info {
	const char *name;
	const char *alias;   /* another spelling; NULL */
	const char *values;  /* for help: "< yes | no >", "FILE"; NULL: it takes none */
	const char *refused; /* why it is refused wherever it stands; NULL: it is not */
	int code;            /* GSKit's code then */
	enum scan_arity arity;
	bool is_secret;
};

struct gskit;
struct gskit_value;

/* Makes parameters of a value; the code in g->code is said where it fails. */
typedef enum rc gskit_convert_fn(struct gskit *g, const struct gskit_value *v, const char *value,
				 struct err *err);

enum {
	GSKIT_WORD = P_COUNT, /* not a parameter: the next word of the operation */
	GSKIT_NOT_SET = P_END /* what the action looks at itself */
};

/* An option that an action takes. */
struct gskit_value {
	enum gskit_flag flag;
	bool required;
	int param;                 /* of the operation; GSKIT_WORD; GSKIT_NOT_SET */
	gskit_convert_fn *convert; /* NULL: as it stands */
};

/* An action of an object. */
struct gskit_action {
	const char *object; /* "-cert" */
	const char *name;   /* "-list" */
	const char *summary;
	const struct op *op;              /* NULL: run does it all */
	const struct gskit_value *values; /* GSKIT_FLAGS ends them; NULL: none */
	bool keyword;                     /* a word may follow the action: -list all */
	/* What a table cannot say, before the operation or (op NULL) instead of it. May be NULL. */
	enum rc (*run)(struct gskit *g, struct err *err);
	/* Prints what was found out or does what follows. May be NULL. */
	enum rc (*tell)(struct gskit *g, const struct result *r, struct err *err);
};

/* A command line on its way. */
struct gskit {
	struct view *v;
	const struct gskit_action *action;
	const char *values[GSKIT_FLAGS];     /* borrowed; NULL: not given; "" without value */
	struct secret *secrets[GSKIT_FLAGS]; /* of -pw and its like */
	const char *keyword;                 /* behind the action; NULL */
	const struct op *op;                 /* what is run: the action's, or what run chose */
	struct op own_op;                    /* op with the default certificate as it is to be */
	struct session session;
	struct args args;
	struct names kept; /* texts that args borrow */
	int code;          /* of what failed; 0: by its enum rc */
	bool stash_told;   /* that a stash can be read was said */
	bool fips;
	bool help;
};

/* --- gskit-table.c --- */

/* The facts about an option; static. */
const struct gskit_flag_info *gskit_flag_info(enum gskit_flag flag);

/* The option with this spelling; GSKIT_FLAGS when there is none. */
enum gskit_flag gskit_flag_find(const char *name);

/* All actions, in the order of help; *count of them. Static. */
const struct gskit_action *gskit_actions(size_t *count);

/* True for an object that there is. */
bool gskit_is_object(const char *object);

/* --- gskit-values.c: what options mean --- */

gskit_convert_fn gskit_take_file;
gskit_convert_fn gskit_take_stashed;
gskit_convert_fn gskit_take_prompt;
gskit_convert_fn gskit_take_genpw;
gskit_convert_fn gskit_take_flag;
gskit_convert_fn gskit_take_format;
gskit_convert_fn gskit_take_trust;
gskit_convert_fn gskit_take_untrusted;
gskit_convert_fn gskit_take_type;
gskit_convert_fn gskit_take_new_type;
gskit_convert_fn gskit_take_days;
gskit_convert_fn gskit_take_expire;
gskit_convert_fn gskit_take_expiring;
gskit_convert_fn gskit_take_pqc;
gskit_convert_fn gskit_take_yes_no;
gskit_convert_fn gskit_take_encryption;

/* Fills the operation's arguments from the values that were given. RC_USAGE with words and a
 * code. */
NODISCARD enum rc gskit_set_values(struct gskit *g, struct err *err);

/* The type of a new database that only its name says: static. */
const char *gskit_default_type(const char *path);

/* Sets a parameter in args, or their next word. */
NODISCARD enum rc gskit_set(struct args *args, int param, const char *value, struct err *err);

/* Keeps a text, taken over, for as long as the command runs. *kept is NULL on failure. RC_NO_MEMORY
 * with words. */
NODISCARD enum rc gskit_keep(struct gskit *g, const char **kept, struct buf *text, struct err *err);

/* Says GSKit's code for what err says already, unless it lacks memory. Returns rc. */
enum rc gskit_refuse(struct gskit *g, int code, enum rc rc, struct err *err);

/* --- gskit-shape.c: what something new is like --- */

gskit_convert_fn gskit_take_ca;
gskit_convert_fn gskit_take_dn;
gskit_convert_fn gskit_take_version;
gskit_convert_fn gskit_take_san;
gskit_convert_fn gskit_take_usages;

/* Sets key, digest, profile and subject of a certificate or request that is to be made. */
NODISCARD enum rc gskit_set_shape(struct gskit *g, struct err *err);

/* Sets the digest that -sigalg names. */
NODISCARD enum rc gskit_set_hash(struct gskit *g, struct err *err);

/* Sets the profile that -ca says. */
NODISCARD enum rc gskit_set_profile(struct gskit *g, struct err *err);

/* --- gskit-password.c --- */

/* RC_POLICY with words for a password that -strong refuses. NULL is fine: it is asked for. */
NODISCARD enum rc gskit_check_strong(struct gskit *g, const struct secret *pw, struct err *err);

/* -random -create. */
NODISCARD enum rc gskit_random_create(struct gskit *g, struct err *err);

/* --- gskit-default.c --- */

enum gskit_default {
	GSKIT_KEEP_DEFAULT, /* as it is, also where there is none */
	GSKIT_MAKE_DEFAULT, /* what is new */
	GSKIT_SET_DEFAULT,  /* what the operation says */
	GSKIT_DROP_DEFAULT, /* none where it goes */
	GSKIT_NEW_DATABASE, /* that of what it is made of; with all the files that GSKit makes */
};

/* Says what g->op does to the default certificate. */
void gskit_choose_default(struct gskit *g, enum gskit_default how);

/* --- gskit-jobs.c, gskit-copy.c: what actions do besides running their operation --- */

/* Runs an operation and prints its warnings. */
NODISCARD enum rc gskit_run_op(struct gskit *g, const struct op *op, struct args *args,
			       struct result *r, struct err *err);

/* Fills in args for another operation on the action's database, which pw opens. */
NODISCARD enum rc gskit_also(const struct gskit *g, struct args *args, const struct secret *pw,
			     struct err *err);

/* Which kind of entry has this label in the action's database. */
NODISCARD enum rc gskit_kind_of(struct gskit *g, const char *label, enum entry_kind *kind,
				struct err *err);

/* Answers confirmations: GSKit asks none. */
NODISCARD enum rc gskit_say_yes(struct gskit *g, struct err *err);

/* -keydb -create. */
NODISCARD enum rc gskit_keydb_create(struct gskit *g, struct err *err);

/* -keydb -changepw. */
NODISCARD enum rc gskit_keydb_changepw(struct gskit *g, struct err *err);

/* -keydb -stashpw. */
NODISCARD enum rc gskit_keydb_stashpw(struct gskit *g, struct err *err);

/* -keydb -list. */
NODISCARD enum rc gskit_keydb_list(struct gskit *g, struct err *err);

/* -keydb -convert. */
NODISCARD enum rc gskit_keydb_convert(struct gskit *g, struct err *err);

/* -cert -create. */
NODISCARD enum rc gskit_cert_create(struct gskit *g, struct err *err);

/* -cert -add. */
NODISCARD enum rc gskit_cert_add(struct gskit *g, struct err *err);

/* -cert -receive. */
NODISCARD enum rc gskit_cert_receive(struct gskit *g, struct err *err);

/* -cert -setdefault. */
NODISCARD enum rc gskit_cert_setdefault(struct gskit *g, struct err *err);

/* -cert -delete. */
NODISCARD enum rc gskit_cert_delete(struct gskit *g, struct err *err);

/* -cert -export. */
NODISCARD enum rc gskit_cert_export(struct gskit *g, struct err *err);

/* Base64 is the form of files where none is said. */
NODISCARD enum rc gskit_set_ascii(struct gskit *g, struct err *err);

/* -cert -import. */
NODISCARD enum rc gskit_cert_import(struct gskit *g, struct err *err);

/* -cert -list. */
NODISCARD enum rc gskit_cert_list(struct gskit *g, struct err *err);

/* -certreq -create. */
NODISCARD enum rc gskit_certreq_create(struct gskit *g, struct err *err);

/* -certreq -recreate. */
NODISCARD enum rc gskit_certreq_recreate(struct gskit *g, struct err *err);

/* --- gskit-sign.c --- */

/* -cert -sign. */
NODISCARD enum rc gskit_cert_sign(struct gskit *g, struct err *err);

/* --- gskit-secret.c --- */

/* -secretkey -create. */
NODISCARD enum rc gskit_secret_create(struct gskit *g, struct err *err);

/* -secretkey -extract. */
NODISCARD enum rc gskit_secret_extract(struct gskit *g, struct err *err);

/* -secretkey -delete. */
NODISCARD enum rc gskit_secret_delete(struct gskit *g, struct err *err);

/* -secretkey -rename. */
NODISCARD enum rc gskit_secret_rename(struct gskit *g, struct err *err);

/* -secretkey -list. */
NODISCARD enum rc gskit_secret_list(struct gskit *g, struct err *err);

/* Prints all about a secret key. RC_NO_LABEL for another kind of entry. */
NODISCARD enum rc gskit_tell_secret(struct gskit *g, const struct result *r, struct err *err);

/* --- view-gskit.c, view-gskit-details.c --- */

/* Prints when the password expires. */
NODISCARD enum rc gskit_tell_expiry(struct gskit *g, const struct result *r, struct err *err);

/* Prints a list of certificates. */
NODISCARD enum rc gskit_tell_list(struct gskit *g, const struct result *r, struct err *err);

/* Prints all about a certificate. */
NODISCARD enum rc gskit_tell_details(struct gskit *g, const struct result *r, struct err *err);

/* Prints all about the default certificate. RC_NOT_FOUND. */
NODISCARD enum rc gskit_tell_default(struct gskit *g, const struct result *r, struct err *err);

/* Says that a path was found. RC_INVALID with the first reason where none was. */
NODISCARD enum rc gskit_tell_valid(struct gskit *g, const struct result *r, struct err *err);

/* Prints all about a request. */
NODISCARD enum rc gskit_tell_request(struct gskit *g, const struct result *r, struct err *err);

/* Prints a list of requests. */
NODISCARD enum rc gskit_tell_requests(struct gskit *g, const struct result *r, struct err *err);

/* Prints bytes as GSKit does: four blanks, 16 a line, upper-case hexadecimal. */
void gskit_put_bytes(struct out *out, struct span bytes);

/* Prints the contents of an Extensions SEQUENCE; nothing where it is empty. */
void gskit_put_extensions(struct out *out, struct span extensions);

/* Prints a time: ISO 8601, or as GSKit does in an English locale with KYMAN_GSKIT_DATES=1. */
void gskit_put_time(struct out *out, int64_t when);

/* --- gskit-help.c --- */

/* Prints the objects and their actions; of one object where it is not NULL. */
void gskit_put_usage(struct out *out, const char *object);

/* Prints what an action takes. */
void gskit_put_action_usage(struct out *out, const struct gskit_action *action);

/* Prints the version. */
void gskit_put_version(struct out *out);

/* --- gskit-codes.c --- */

/* GSKit's code for what failed: g->code where that is set, else by err->rc. */
int gskit_code(const struct gskit *g, const struct err *err);

/* Prints "CTGSKnnnnW ..." for g->code where its message is known. */
void gskit_put_message(struct out *out, const struct gskit *g);

/* What helps after such an outcome, in GSKit's terms: static; NULL when that is not known. */
const char *gskit_outcome_hint(const struct gskit *g, const struct err *err);

/* --- gskit-words.c --- */

/* Appends a text with the options of words, as in --pass, as GSKit spells them: those that the
 * action takes for the same parameters. */
void gskit_translate(struct buf *out, const struct gskit *g, const char *text);

/* Prints a text, translated, and a line feed. */
void gskit_put_text(struct out *out, const struct gskit *g, const char *text);

/* Prints the next step, in terms of GSKit's options; nothing when there is none. */
void gskit_put_hint(struct out *out, const struct gskit *g, const struct err *err);

#endif
