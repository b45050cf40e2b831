/* Many new files in one folder, made by several threads. A file is written under its name with
 * "~new" behind, and gets its name once what was written is on disk: so what has the name is whole,
 * after a kill or a loss of power, too. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/fs.h"

struct folder {
	const char *path; /* as the user wrote it; borrowed */
	int fd;
	int log; /* the file that lines are added to; -1 */
	const char *log_name;
};

#define FOLDER_INIT                 \
	{                           \
		.fd = -1, .log = -1 \
	}

/* Opens a folder that is there. RC_NO_FILE, RC_IO with words. path is borrowed. */
NODISCARD enum rc folder_open(struct folder *f, const char *path, struct err *err);

/* Closes it; a log with nothing in it goes. Twice is fine. */
void folder_close(struct folder *f);

/* What has this name: links are not followed. */
enum fs_kind folder_kind(const struct folder *f, const char *name);

/* Opens the log, a file of the folder, for this process alone (flock), and reads what is in it. One
 * that is there is RC_EXISTS unless may_exist; RC_LOCKED, RC_IO, RC_LIMIT with words. A last line
 * without its end is cut off, from the file, too. name is borrowed. */
NODISCARD enum rc folder_open_log(struct folder *f, const char *name, bool may_exist,
				  struct buf *text, struct err *err);

/* Reads it and changes nothing: what is not there is empty. RC_EXISTS, RC_IO, RC_LIMIT likewise. */
NODISCARD enum rc folder_look_log(struct folder *f, const char *name, bool may_exist,
				  struct buf *text, struct err *err);

/* Appends whole lines to the log and syncs it. With words RC_IO: the log is as it was; RC_OUTPUT:
 * it is not. */
NODISCARD enum rc folder_log(const struct folder *f, struct span lines, struct err *err);

/* Writes a new file NAME~new, 0600. Several threads may. RC_IO with words. */
NODISCARD enum rc folder_write(const struct folder *f, const char *name, struct span bytes,
			       struct err *err);

/* Has all that was written so far on disk. RC_IO with words. */
NODISCARD enum rc folder_sync(const struct folder *f, struct err *err);

/* Gives NAME~new its name; it keeps the other one until folder_settle where the file system can do
 * that (hard links). RC_EXISTS, RC_IO with words. */
NODISCARD enum rc folder_name(const struct folder *f, const char *name, struct err *err);

/* Has the names that were given so far on disk. RC_IO with words. */
NODISCARD enum rc folder_sync_names(const struct folder *f, struct err *err);

/* Takes the other name away. */
void folder_settle(const struct folder *f, const char *name);

/* True where NAME is there and is somebody's: not what NAME~new is, too. */
bool folder_is_taken(const struct folder *f, const char *name);

/* Removes what is left of a file that was not logged: NAME~new, and NAME where it is the same file.
 * RC_IO with words. */
NODISCARD enum rc folder_undo(const struct folder *f, const char *name, struct err *err);

#endif
