/* What the lines of the menus do. */
#ifndef UI_MENU_JOBS_H
#define UI_MENU_JOBS_H

#include "ui/menu.h"

extern const struct job job_create;
extern const struct job job_passwd;
extern const struct job job_set_length;
extern const struct job job_delete_database;
extern const struct job job_parameters;
extern const struct job job_show_file;
extern const struct job job_request;
extern const struct job job_receive;
extern const struct job job_self_signed;
extern const struct job job_import;
extern const struct job job_import_key;
extern const struct job job_default_key;
extern const struct job job_stash;
extern const struct job job_length;
extern const struct job job_certificate;
extern const struct job job_key;
extern const struct job job_default;
extern const struct job job_trust;
extern const struct job job_copy;
extern const struct job job_export;
extern const struct job job_export_key;
extern const struct job job_delete_key;
extern const struct job job_delete;
extern const struct job job_rename;
extern const struct job job_signed;
extern const struct job job_renewal;
extern const struct job job_request_key;
extern const struct job job_request_export;
extern const struct job job_request_delete;
extern const struct job job_request_rename;

#endif
