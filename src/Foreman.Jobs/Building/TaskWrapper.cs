using System.Globalization;

namespace Foreman.Jobs;

/// <summary>
/// The command of a container that is the task: a POSIX shell that reads the variables of setup, runs the program, passes a request
/// to stop on to it, and runs teardown once, however the program ended. Pure.
/// </summary>
internal static class TaskWrapper
{
    /// <summary>The shell that an image must have.</summary>
    public const string Shell = "/bin/sh";

    // Its names begin with _fm_, so that those of the task's environment and of setup stay theirs.
    // Arguments: teardown, its seconds, the program's seconds after a request to stop, then the program and its arguments.
    // A wait that a signal interrupts says nothing of the program: it is repeated while the program is there, and asked again where a
    // shell may have taken its exit code meanwhile (dash then knows it no more, and says 127).
    private const string Script = """
        _fm_teardown=$1 _fm_bound=$2 _fm_grace=$3
        shift 3
        _fm_pid= _fm_asked= _fm_guard=
        _fm_finish() {
          _fm_code=$?
          trap - EXIT
          trap '' TERM INT HUP
          [ -z "$_fm_guard" ] || kill -KILL "$_fm_guard" 2>/dev/null
          if [ -n "$_fm_teardown" ]; then
            /bin/sh -c "$_fm_teardown" &
            _fm_pid=$!
            (sleep "$_fm_bound"; kill -KILL "$_fm_pid") >/dev/null 2>&1 &
            _fm_guard=$!
            wait "$_fm_pid"
            _fm_ended=$?
            kill -KILL "$_fm_guard" 2>/dev/null
            [ "$_fm_ended" -eq 0 ] || echo "foreman: teardownCommand ended with exit code $_fm_ended" >&2
          fi
          exit "$_fm_code"
        }
        _fm_stop() {
          _fm_asked=1
          [ -n "$_fm_pid" ] && [ -z "$_fm_guard" ] || return 0
          kill -TERM "$_fm_pid" 2>/dev/null
          (sleep "$_fm_grace"; kill -KILL "$_fm_pid") >/dev/null 2>&1 &
          _fm_guard=$!
        }
        trap _fm_finish EXIT
        trap _fm_stop TERM INT HUP
        if [ -s "$FOREMAN_ENV_FILE" ]; then
          set -a
          . "$FOREMAN_ENV_FILE"
          set +a
        fi
        [ -z "$_fm_asked" ] || exit 143
        "$@" &
        _fm_pid=$!
        [ -z "$_fm_asked" ] || _fm_stop
        while :; do
          wait "$_fm_pid"
          _fm_code=$?
          [ -n "$_fm_asked" ] || break
          kill -0 "$_fm_pid" 2>/dev/null && continue
          wait "$_fm_pid" 2>/dev/null
          _fm_again=$?
          [ "$_fm_again" -eq 127 ] || _fm_code=$_fm_again
          break
        done
        exit "$_fm_code"
        """;

    /// <summary>The command; the program and its arguments follow as arguments of the container.</summary>
    /// <param name="teardown">Empty for none.</param>
    /// <param name="teardownSeconds">Longest run of it.</param>
    /// <param name="graceSeconds">What the program has after the request to stop.</param>
    public static List<string> Command(string teardown, int teardownSeconds, long graceSeconds) =>
    [
        Shell, "-c", Texts.Literal(Script), "foreman", Texts.Literal(teardown),
        teardownSeconds.ToString(CultureInfo.InvariantCulture), graceSeconds.ToString(CultureInfo.InvariantCulture),
    ];
}
