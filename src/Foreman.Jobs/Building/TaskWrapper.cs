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

    // Arguments: teardown, its seconds, the program's seconds after a request to stop, then the program and its arguments.
    // A wait that a signal interrupts says nothing of the program: it is repeated while the program is there, and asked again where a
    // shell may have taken its exit code meanwhile (dash then knows it no more, and says 127).
    private const string Script = """
        teardown=$1 bound=$2 grace=$3
        shift 3
        pid= asked= guard=
        finish() {
          code=$?
          trap - EXIT
          trap '' TERM INT HUP
          [ -z "$guard" ] || kill -KILL "$guard" 2>/dev/null
          if [ -n "$teardown" ]; then
            /bin/sh -c "$teardown" &
            pid=$!
            (sleep "$bound"; kill -KILL "$pid") >/dev/null 2>&1 &
            guard=$!
            wait "$pid"
            ended=$?
            kill -KILL "$guard" 2>/dev/null
            [ "$ended" -eq 0 ] || echo "foreman: teardownCommand ended with exit code $ended" >&2
          fi
          exit "$code"
        }
        stop() {
          asked=1
          [ -n "$pid" ] || return 0
          kill -TERM "$pid" 2>/dev/null
          [ -z "$guard" ] || return 0
          (sleep "$grace"; kill -KILL "$pid") >/dev/null 2>&1 &
          guard=$!
        }
        trap finish EXIT
        trap stop TERM INT HUP
        if [ -s "$FOREMAN_ENV_FILE" ]; then
          set -a
          . "$FOREMAN_ENV_FILE"
          set +a
        fi
        [ -z "$asked" ] || exit 143
        "$@" &
        pid=$!
        [ -z "$asked" ] || stop
        while :; do
          wait "$pid"
          code=$?
          [ -n "$asked" ] || break
          kill -0 "$pid" 2>/dev/null && continue
          wait "$pid" 2>/dev/null
          again=$?
          [ "$again" -eq 127 ] || code=$again
          break
        done
        exit "$code"
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
