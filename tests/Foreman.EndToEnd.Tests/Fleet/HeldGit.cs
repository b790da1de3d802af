using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>When in its course a command of git is held.</summary>
public enum GitMoment
{
    /// <summary>It has not begun, and never will when its agent dies.</summary>
    Before,

    /// <summary>It has not begun, and is carried out when it is let go, though its agent is dead: a request that was on its way.</summary>
    Late,

    /// <summary>It has done its work, and its agent does not know yet.</summary>
    After,
}

/// <summary>The real git behind a script of its name, which an agent finds first: single commands of single runs can be held in it.</summary>
public sealed class HeldGit
{
    // The folder of the files tells which run a command is of; a first look at a server has none, so its repository's name counts. What a checkout
    // asks for too is told apart by its other words.
    private const string Script =
        """
        holds='@holds'
        run=${GIT_WORK_TREE##*/}
        if [ "$1 $2" = "ls-remote --symref" ]; then
            run=${4##*/}
            run=${run%.git}
        fi
        command=$1
        for last; do :; done
        case "$1 $2 $last" in
            "ls-tree "*" HEAD") command=files ;;
            "cat-file --batch "*) command=texts ;;
        esac
        wanted() { [ "$1" = late ] || kill -0 "$PPID" 2>/dev/null; }
        hold() {
            [ -e "$holds/$run.$1" ] || return 0
            : >"$holds/$run.$1.reached"
            while [ -e "$holds/$run.$1" ] && wanted "$2"; do sleep 0.02; done
            wanted "$2" || exit 1
        }
        hold "$command.Before"
        hold "$command.Late" late
        '@git' "$@"
        code=$?
        [ ! -e "$holds/$run.$command.Late.reached" ] || : >"$holds/$run.$command.Late.ended"
        hold "$command.After"
        exit "$code"
        """;

    private readonly TempFolder _folder;

    private HeldGit(TempFolder folder) => _folder = folder;

    /// <summary>The folder that stands first on an agent's PATH.</summary>
    public string Folder => _folder["bin"];

    /// <summary>Writes the script.</summary>
    /// <param name="folder">Where it and its files lie.</param>
    public static HeldGit In(TempFolder folder)
    {
        var git = RealParts.FindOnPath("git") ?? throw new InvalidOperationException("there is no git on PATH");
        folder.MakeFolder("holds");
        folder.WriteScript("bin/git", Script.Replace("@holds", folder["holds"], StringComparison.Ordinal).Replace("@git", git, StringComparison.Ordinal));
        return new HeldGit(folder);
    }

    /// <summary>Holds a command until it is let go.</summary>
    /// <param name="run">Name and number of the attempt, such as <c>task-1</c>; for <c>ls-remote</c> the repository's name.</param>
    /// <param name="command">The command of git; <c>files</c> lists those of the last commit, <c>texts</c> reads those of any.</param>
    /// <param name="moment">When.</param>
    public HeldCommand Hold(string run, string command, GitMoment moment) => new(_folder.Write($"holds/{run}.{command}.{moment}", ""));
}

/// <summary>A command of git that is held, or will be.</summary>
/// <param name="file">It is held as long as this file is there.</param>
public sealed class HeldCommand(string file)
{
    /// <summary>Waits until it is held.</summary>
    public Task ReachedAsync() => Eventually.TrueAsync(() => File.Exists(file + ".reached"), $"git to be held at {Path.GetFileName(file)}");

    /// <summary>Lets it go on.</summary>
    public void Release() => File.Delete(file);

    /// <summary>Waits until a late one, let go, has ended.</summary>
    public Task EndedAsync() => Eventually.TrueAsync(() => File.Exists(file + ".ended"), $"the late {Path.GetFileName(file)} to end");
}
