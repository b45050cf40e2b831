/* What the files of this layer share; not for others. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "store/store.h"

/* RC_OK when path leads to a regular file; else RC_NO_FILE or RC_IO with words. */
NODISCARD enum rc store_check_file(const char *path, struct err *err);

/* A database file that is to be read. All borrowed. */
struct store_source {
	const char *real; /* links resolved */
	const char *name; /* as the user wrote it, for words */
	struct pw *pw;    /* NULL: public part only */
	const struct notes *notes;
};

/* Reads and loads it into db, which is empty before and after a failure; *codec by content. id may
 * be NULL. As store_open otherwise. */
NODISCARD enum rc store_read(struct kdb *db, const struct codec **codec,
			     const struct store_source *from, struct fs_id *id, struct err *err);

/* Removes a file and syncs its folder. RC_IO with words; RC_OK when it was not there. */
NODISCARD enum rc store_remove(const char *path, struct err *err);

#endif
