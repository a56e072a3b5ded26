/** The sections of the services besides Oura, as they stand in the configuration a person starts with. */
export const SOURCES = `[withings]
# Whether Withings is read at all.
# enabled = false

# Of the app (public API) you create at https://developer.withings.com/dashboard; development mode is enough for you alone.
# client_id = "…"
# client_secret = "…"

# How the app proves itself when it asks for tokens: by sending its secret, or "signed" by signing with it.
# token_form = "secret"

# Where the browser comes back to. It has to be registered with the app exactly as written here.
# redirect_uri = "http://localhost:8485/callback"

# What to ask for at sign-in. Collections whose scope was not granted are left out.
# scopes = ["user.info", "user.metrics", "user.activity"]

# Nothing before this day is read.
# start_date = "2000-01-01"

# How far back beyond the last change seen every run asks.
# overlap_seconds = 300

# Kinds of body measures, by Withings' number (1 weight, 6 fat ratio, …). A new measure group with none of them is not
# stored, any other is stored whole; what is stored stays. Default: all of them. After adding one: sync --full.
# meastypes = [1, 5, 6, 8, 76]

# Collections to read. Default: all but sleep_series and intraday, which cost a request for each day.
# resources = ["measures", "activity", "workouts", "sleep_summary"]
# extras = ["sleep_series", "intraday"]

# Tokens from elsewhere instead of a sign-in: imported once, then ignored.
# access_token = "…"
# refresh_token = "…"

# Other addresses than Withings' own, e.g. the sandbox.
# base_url = "https://wbsapi.withings.net"
# authorize_url = "https://account.withings.com/oauth2_user/authorize2"

[hevy]
# Whether Hevy is read at all.
# enabled = false

# From hevy.com: Settings, Developer (Hevy Pro only). "oura-clockify auth hevy" asks for it and checks it.
# api_key = "…"

# Nothing before this day is read.
# since = "2010-01-01"

# How far back beyond the last change seen every run asks.
# overlap_seconds = 300

# Workouts, routines and so on per page, 10 at most.
# page_size = 10

# Collections to read. Default: all of them, see "oura-clockify providers".
# resources = ["workouts", "body_measurements"]

# Another address than Hevy's own, e.g. the sandbox.
# base_url = "https://api.hevyapp.com"

[strava]
# Whether Strava is read at all. Read docs/strava.md first: Strava's terms may not allow to keep what is read.
# enabled = false

# Of the app you create at https://www.strava.com/settings/api, with the callback domain localhost
# client_id = "…"
# client_secret = "…"

# Where the browser comes back to. Its host has to be the callback domain of the app, or localhost.
# redirect_uri = "http://localhost:8486/callback"

# What to ask for at sign-in. Without activity:read_all, activities that only you see stay hidden.
# scopes = ["read_all", "profile:read_all", "activity:read_all"]

# Whether Strava asks for the permissions again ("force") when they were given before.
# approval_prompt = "auto"

# Nothing before this day is read. Years without data cost one request.
# start_date = "2000-01-01"

# How far back every run reads again, by the start of activities. The first run of a week lists all of them.
# overlap_seconds = 604800

# Activities per page, 200 at most.
# page_size = 100

# Collections to read. Default: all but the two that cost a request per activity: activity_details and activity_streams.
# resources = ["athlete", "activities", "gear"]
# extras = []

# Tokens from elsewhere instead of a sign-in: imported once, then ignored.
# access_token = "…"
# refresh_token = "…"

# Other addresses than Strava's own, e.g. the one announced for 2027, or the sandbox.
# base_url = "https://www.strava.com/api/v3"
# authorize_url = "https://www.strava.com/oauth/authorize"
# token_url = "https://www.strava.com/oauth/token"

[eightsleep]
# Whether Eight Sleep is read at all. Experimental: it has no public API, so this uses the one of its phone app, which
# may change or close on any day and whose terms may not allow it.
# enabled = false

# What you sign in to the app with; accounts that sign in with Google or Apple have no password to put here.
# email = "…"
# password = "…"

# The phone app's own, as open clients publish them; they may change with a new version of the app.
# client_id = "…"
# client_secret = "…"

# Zone in which a night is given its day. Set it to your own once and keep it: another one moves nights to other days.
# timezone = "UTC"

# Nothing before this day is read, and nothing from before the account was made.
# start_date = "2010-01-01"

# Days that every run reads again, today included: a night is worked on for hours.
# overlap_days = 2

# Whether the days of the person on the other side are read as well, who has to share them in the app.
# partner = false

# Collections to read. Default: user, trends and intervals. An optional one more: devices, which holds where the pod stands.
# resources = ["trends", "intervals"]
# extras = []

# A token to start with instead of signing in; imported once.
# access_token = "…"
# refresh_token = "…"

# The addresses of the API.
# auth_url = "https://auth-api.8slp.net/v1/tokens"
# client_api_url = "https://client-api.8slp.net/v1"

[whoop]
# Whether WHOOP is read at all.
# enabled = false

# Of the app you create at https://developer-dashboard.whoop.com
# client_id = "…"
# client_secret = "…"

# Where the browser comes back to. It has to be registered with the app exactly as written here.
# redirect_uri = "http://localhost:8487/callback"

# What to ask for at sign-in. Without offline the access ends after an hour.
# scopes = ["offline", "read:profile", "read:body_measurement", "read:cycles", "read:recovery", "read:sleep", "read:workout"]

# Nothing before this day is read. Years without data cost one request.
# start_date = "2010-01-01"

# Days that every run reads again, today included: nights are scored and edited later.
# overlap_days = 7

# Records per page, 25 at most.
# page_size = 25

# Collections to read. Default: all of them, see "oura-clockify providers". A recovery gets its day from its sleep.
# resources = ["sleep", "recovery", "workout"]

# Tokens from elsewhere instead of a sign-in: imported once, then ignored.
# access_token = "…"
# refresh_token = "…"

# Other addresses than WHOOP's own, e.g. the sandbox.
# base_url = "https://api.prod.whoop.com/developer"
# authorize_url = "https://api.prod.whoop.com/oauth/oauth2/auth"
# token_url = "https://api.prod.whoop.com/oauth/oauth2/token"

`;
