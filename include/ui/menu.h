/* gskkyman's menus: screens are tables, one walker prints them and looks keys up, each line runs
 * one operation of src/op with the values that its questions gave. */
#ifndef UI_MENU_H
#define UI_MENU_H

#include "ui/line.h"
#include "ui/view.h"

/* Runs the menus on standard input and v->out: `kyman [menu [FILE] [OPTION...]]`. RC_OK when they
 * were left, RC_CANCELLED when the input ended inside a job; from a pipe also the code of an answer
 * that was not valid, since those behind it would be taken for others. */
NODISCARD enum rc menu_run(struct view *v, int argc, char *const *argv, enum rc *status,
			   struct err *err);

/* --- What the files of the menus share --- */

enum {
	MENU_LABELS_A_PAGE = 9,
	MENU_DAYS_MAX = 9999,
	MENU_LENGTH_MIN = 2500, /* as db record-length has them */
	MENU_LENGTH_MAX = 16 * 1024 * 1024,
};

struct menu;
struct job_run;

/* A line of a screen whose number stands for a value. */
struct choice {
	const char *key;  /* NULL ends the list */
	const char *text; /* what stands behind the number */
	const char *value;
	const struct choices *next; /* another screen decides */
	enum rc refused;            /* it keeps its number, but */
	const char *why;            /* this is why it cannot be had */
};

/* A screen of them; the value goes to a parameter or to take. */
struct choices {
	const char *title;
	const struct choice *list;
	const char *prompt;
	const char *help;
};

enum question_flags {
	ASK_EMPTY_OK = 1 << 0, /* ENTER is an answer, an empty one; else it goes back to the menu */
	ASK_REQUIRED = 1 << 1, /* ENTER is no answer */
	ASK_SECRET = 1 << 2,   /* take gets the prompt, and asks */
};

/* Something that a job asks for. */
struct question {
	const char *heading; /* printed once before it; NULL */
	const char *prompt;  /* NULL with choices, and where only take is called */
	const char *help;
	enum line_kind kind;
	unsigned flags;
	enum param param;              /* gets the answer where take is NULL */
	const struct choices *choices; /* instead of a line */
	/* Puts the answer where it belongs. RC_CANCELLED: back to the menu. Anything else: not
	 * valid, with words. */
	enum rc (*take)(struct job_run *j, const char *answer, struct err *err);
	bool (*when)(const struct job_run *j); /* NULL: always */
};

enum job_flags {
	JOB_LABEL = 1 << 0,    /* the label at hand is the first argument */
	JOB_DATABASE = 1 << 1, /* works on a database that it names, not on the open one */
	JOB_WORKS = 1 << 2,    /* "Please wait ....." */
	JOB_BACK = 1 << 3,     /* when it worked, the screen that it came from is done with */
	JOB_KEEPS = 1 << 4,    /* when it worked, its database is the open one */
	JOB_SILENT = 1 << 5,   /* no ENTER to continue: tell asked what there is to ask */
};

struct screen;

/* What a line of a menu does. */
struct job {
	const struct op *op;
	const struct question *const *questions; /* NULL-terminated; NULL: none */
	/* Values that are always the same; before the questions. */
	enum rc (*prepare)(struct job_run *j, struct err *err);
	const char *done; /* "Certificate created."; NULL where tell says it */
	enum rc (*tell)(struct job_run *j, const struct result *r, struct err *err);
	const struct screen *next; /* where it goes when it worked */
	unsigned flags;
};

/* A line of a screen. */
struct menu_line {
	const char *key; /* NULL ends the list */
	const char *text;
	const struct job *job;
	const struct screen *screen; /* another screen */
};

/* A screen of numbered lines, or with list a choice of labels before it. */
struct screen {
	const char *title;
	void (*head)(struct menu *m); /* the lines below the title; NULL */
	const struct menu_line *lines;
	const char *prompt;
	const char *help;
	const struct label_list *list; /* one is chosen first; ENTER comes back to it */
};

/* A list of labels. */
struct label_list {
	const char *title;
	bool requests;
	bool keys; /* of entries: those with a key, or those without */
};

enum { NAME_PARTS = 6 };

/* A running menu. */
struct menu {
	struct lines *lines;
	struct out *out;
	struct session session;
	struct asker asker;
	char *path;       /* of the open database, as typed; NULL: none is open */
	struct buf label; /* of the entry or request at hand */
	bool is_request;  /* it is one of a request */
	struct buf remembered[NAME_PARTS];
	FILE *record; /* --record; NULL */
	bool show_commands;
	bool leave;   /* the program is to be left */
	enum rc over; /* and this is what it says */
};

/* A job on its way. */
struct job_run {
	struct menu *menu;
	const struct job *job;
	struct args args;
	struct names kept; /* texts that args borrow */
	struct buf name;   /* the subject as far as it was asked for, RFC 4514 */
	int name_part;     /* which part of it is asked for now */
	bool signing;      /* with the key of the label at hand */
};

/* --- menu.c --- */

/* Prints text of a screen. */
void menu_put(struct menu *m, const char *text);

/* Reads an answer of a job into *answer (emptied first). RC_CANCELLED: back, and when nothing more
 * can be read the program is over. RC_USAGE, RC_LIMIT with words. */
NODISCARD enum rc menu_answer(struct menu *m, const struct line_ask *ask, struct buf *answer,
			      struct err *err);

/* The same for a passphrase. The caller frees *secret, which is NULL on failure. */
NODISCARD enum rc menu_secret(struct menu *m, const char *prompt, struct secret **secret,
			      struct err *err);

/* "Press ENTER to continue." */
void menu_pause(struct menu *m);

/* Tells a failure: the sentence, the next step, System SSL's status. */
void menu_tell_error(struct menu *m, const struct err *err);

/* An answer was not valid: tells it; true when it may be asked again (a terminal), else the program
 * is over. */
bool menu_again(struct menu *m, const struct err *err);

/* Walks a screen until one goes back. */
void menu_walk(struct menu *m, const struct screen *screen);

/* --- menu-job.c --- */

/* Asks, runs, tells. True when it worked. */
bool menu_do(struct menu *m, const struct job *job);

/* Opens a database that was named on the command line, and goes to its menu. */
void menu_open(struct menu *m, const char *path);

/* "Note: ..." for each of them. */
void menu_put_notes(struct menu *m, const struct warnings *notes);

/* Reads the open database again where it changed, by a reader. */
NODISCARD enum rc menu_look(struct menu *m, const struct op *op, struct err *err);

/* True where the stash beside the open database holds its passphrase. */
bool menu_is_stashed(const struct menu *m);

/* Keeps a copy of text for as long as the job runs. NULL when out of memory. */
const char *job_keep(struct job_run *j, const char *text);

/* Sets a value from text, which is kept. */
NODISCARD enum rc job_set(struct job_run *j, enum param p, const char *text, struct err *err);

/* What is there before anything is asked: the default key's label. RC_NOT_FOUND when there is none.
 */
NODISCARD enum rc job_default_label(struct job_run *j, struct err *err);

/* That a key goes along, and its chain as far as it is here. */
NODISCARD enum rc job_export_with_key(struct job_run *j, struct err *err);

/* The label at hand as issuer. */
NODISCARD enum rc job_signed_by_label(struct job_run *j, struct err *err);

/* --- menu-ask.c: what questions do with their answers --- */

/* Asks one question and takes its answer. RC_CANCELLED: back to the menu. */
NODISCARD enum rc job_ask(struct job_run *j, const struct question *q, struct err *err);

/* Shows a screen of choices, as deep as it goes, until a value is chosen; *value is NULL for ENTER
 * alone. RC_CANCELLED: back. */
NODISCARD enum rc job_choose(struct job_run *j, const struct choices *choices, const char **value,
			     struct err *err);

/* Prints the title and the lines of a screen of choices. */
void menu_put_choices(struct menu *m, const struct choices *choices);

/* A file that is read or written: the first argument. */
NODISCARD enum rc take_word(struct job_run *j, const char *answer, struct err *err);

/* A label that is to be given: the last argument. */
NODISCARD enum rc take_label(struct job_run *j, const char *answer, struct err *err);

/* The label of what is imported: --as. */
NODISCARD enum rc take_as(struct job_run *j, const char *answer, struct err *err);

/* Days until the passphrase expires; ENTER: never. */
NODISCARD enum rc take_expiry(struct job_run *j, const char *answer, struct err *err);

/* A record length; ENTER: 5000. As --record-length. */
NODISCARD enum rc take_length(struct job_run *j, const char *answer, struct err *err);

/* The same, as an argument. */
NODISCARD enum rc take_length_word(struct job_run *j, const char *answer, struct err *err);

/* 1: FIPS mode. */
NODISCARD enum rc take_fips(struct job_run *j, const char *answer, struct err *err);

/* 1: go on, and ask no more; 0: back. */
NODISCARD enum rc take_yes(struct job_run *j, const char *answer, struct err *err);

/* 1: trusted, 0: not. */
NODISCARD enum rc take_trust(struct job_run *j, const char *answer, struct err *err);

/* 1: strong encryption; there is no other. */
NODISCARD enum rc take_strong(struct job_run *j, const char *answer, struct err *err);

/* The form of an export. */
NODISCARD enum rc take_form(struct job_run *j, const char *answer, struct err *err);

/* How long a certificate is valid; ENTER: 365. */
NODISCARD enum rc take_days(struct job_run *j, const char *answer, struct err *err);

/* A part of the subject; the last one completes it. */
NODISCARD enum rc take_name(struct job_run *j, const char *answer, struct err *err);

/* 1: alternative names, which are asked for then; 0: none. */
NODISCARD enum rc take_names(struct job_run *j, const char *answer, struct err *err);

/* The database's passphrase. This one and those below ask for themselves. */
NODISCARD enum rc take_pass(struct job_run *j, const char *prompt, struct err *err);
/* That of a new database, twice. */
NODISCARD enum rc take_created_pass(struct job_run *j, const char *prompt, struct err *err);
/* A new one for a database, twice. */
NODISCARD enum rc take_new_pass(struct job_run *j, const char *prompt, struct err *err);
/* That of the file which is read. */
NODISCARD enum rc take_in_pass(struct job_run *j, const char *prompt, struct err *err);
/* That of the file which is written, twice. */
NODISCARD enum rc take_out_pass(struct job_run *j, const char *prompt, struct err *err);
/* That of the database which is copied to. */
NODISCARD enum rc take_to_pass(struct job_run *j, const char *prompt, struct err *err);

/* False where the key has but one digest, so that none is asked for. */
bool job_has_digest(const struct job_run *j);

/* --- menu-command.c --- */

/* Prints and records the words command that does what the job did. */
void menu_tell_command(struct job_run *j);

/* --- menu-list.c --- */

/* Lets one choose a label of the open database, into m->label. False: back. */
bool menu_choose(struct menu *m, const struct label_list *list);

/* --- menu-tell.c: what jobs show --- */

/* "       Database: FILE" with its whole path. */
void menu_put_database(struct menu *m);

/* The database, when its passphrase expires, its type. */
void menu_put_heads(struct menu *m);

/* "       Label: LABEL". */
void menu_put_label(struct menu *m);

/* The certificate at hand, and its extensions. */
NODISCARD enum rc tell_certificate(struct job_run *j, const struct result *r, struct err *err);

/* The key at hand. */
NODISCARD enum rc tell_key(struct job_run *j, const struct result *r, struct err *err);

/* The certificates of a file. */
NODISCARD enum rc tell_file(struct job_run *j, const struct result *r, struct err *err);

/* That the database was made. */
NODISCARD enum rc tell_created(struct job_run *j, const struct result *r, struct err *err);
/* That it was deleted. */
NODISCARD enum rc tell_deleted(struct job_run *j, const struct result *r, struct err *err);
/* Where its passphrase is stored. */
NODISCARD enum rc tell_stashed(struct job_run *j, const struct result *r, struct err *err);
/* How long a record is. */
NODISCARD enum rc tell_length(struct job_run *j, const struct result *r, struct err *err);

/* Nothing; but where the passphrase has expired, a new one is asked for. */
NODISCARD enum rc tell_opened(struct job_run *j, const struct result *r, struct err *err);

/* The new label is the one at hand. */
NODISCARD enum rc tell_renamed(struct job_run *j, const struct result *r, struct err *err);

/* --- menus-choices.c --- */

extern const struct choices choices_usage;
extern const struct choices choices_key;
/* The same where a CA signs, which offers one more. */
extern const struct choices choices_signed_key;
extern const struct choices choices_digest;
extern const struct choices choices_name;
extern const struct choices choices_export;
extern const struct choices choices_export_key;
extern const struct choices choices_parameters;

/* --- menus.c --- */

/* The first screen. */
extern const struct screen screen_database;
/* The screen of an open database. */
extern const struct screen screen_key_management;
/* Opening one that is named. */
extern const struct job job_open;
/* A new passphrase for one whose passphrase has expired, which is open. */
extern const struct job job_expired;

#endif
