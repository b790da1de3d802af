using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// The shell script that becomes the process of a container. It runs as the first process of a process namespace, with mounts of its own:
/// it lays out the root, and runs the program there.
/// </summary>
internal static class LaunchScript
{
    private const string Tools = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The script.</summary>
    /// <param name="plan">What is started.</param>
    /// <param name="host">What the container sees of this machine.</param>
    public static string Text(LaunchPlan plan, HostView host) => string.Concat(
        Preparation(plan)
            .Concat(HostParts(plan, host))
            .Concat(plan.Mounts.Select(Mount))
            .Concat(Start(plan))
            .Select(line => line + "\n"));

    /// <summary>A word of the shell that stands for the text as it is.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Standard error goes to a file until the program begins. The container's PATH need not hold the tools.
    private static IEnumerable<string> Preparation(LaunchPlan plan) =>
    [
        "set -eu",
        $"exec 3>&2 2>{Quote(plan.Trouble)}",
        "its_path=$PATH",
        $"PATH={Tools}",
        "umask 022",

        // The /proc of the machine is still mounted, so this is the id that others know.
        "read -r id rest </proc/self/stat",
        $"root={Quote(plan.Root)}",
        "mount --bind \"$root\" \"$root\"",
        .. plan.ImageFolder is { } folder ? (string[])[$"cp -a {Quote(folder + "/.")} \"$root/\""] : [],
        "chmod 755 \"$root\"",
        "mkdir -p \"$root/proc\" \"$root/dev\" \"$root/etc\" \"$root/run\" \"$root/var\" \"$root/home\"",
        "mkdir -p \"$root/tmp\" && chmod 1777 \"$root/tmp\"",
        "mount -t proc proc \"$root/proc\"",
        "mount -t tmpfs -o mode=755,size=64m tmpfs \"$root/dev\"",
        "cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty \"$root/dev/\"",
        "ln -s /proc/self/fd \"$root/dev/fd\"",
        "ln -s /proc/self/fd/0 \"$root/dev/stdin\"",
        "ln -s /proc/self/fd/1 \"$root/dev/stdout\"",
        "ln -s /proc/self/fd/2 \"$root/dev/stderr\"",
        "mkdir -m 1777 \"$root/dev/shm\"",
    ];

    private static IEnumerable<string> HostParts(LaunchPlan plan, HostView host)
    {
        var shown = plan.HostPaths.Where(p => !host.Folders.Concat(host.Links).Any(f => p == f || p.StartsWith(f + "/", StringComparison.Ordinal)));
        return host.Links.Select(link => $"[ -e \"$root\"{Quote(link)} ] || cp -a {Quote(link)} \"$root\"{Quote(link)}")
            .Concat(host.Files.Select(file => $"[ -e \"$root\"{Quote(file)} ] || cp -L {Quote(file)} \"$root\"{Quote(file)}"))
            .Concat(host.Folders.Concat(shown).Select(path => Mount(new BindMount(path, path, IsReadOnly: true))));
    }

    private static string Mount(BindMount mount)
    {
        var target = $"\"$root\"{Quote(mount.Path)}";
        var parent = $"\"$root\"{Quote(Path.GetDirectoryName(mount.Path) ?? "/")}";
        return $"if [ -d {Quote(mount.Source)} ]; then mkdir -p {target}; else mkdir -p {parent}; [ -e {target} ] || : >{target}; fi; "
            + $"mount -o {(mount.IsReadOnly ? "bind,ro" : "bind")} {Quote(mount.Source)} {target}";
    }

    private static IEnumerable<string> Start(LaunchPlan plan)
    {
        var directory = Quote(plan.WorkingDirectory);
        var program = Quote(plan.Command[0]);
        var identity = plan is { User: 0, Group: 0 } ? "" : string.Create(CultureInfo.InvariantCulture, $"--userspec=+{plan.User}:+{plan.Group} ");
        var groups = string.Join(',', plan.MoreGroups.Select(g => string.Create(CultureInfo.InvariantCulture, $"+{g}")));
        var command = string.Join(' ', plan.Command.Select(Quote));
        return
        [
            $"mkdir -p \"$root\"{directory}",
            .. plan.ReadOnlyRoot ? (string[])["mount -o remount,bind,ro \"$root\""] : [],
            "enter=$(command -v chroot)",
            "PATH=$its_path",
            $"\"$enter\" \"$root\" /usr/bin/env -C {directory} /bin/sh -c 'command -v -- \"$0\" >/dev/null' {program} || "
                + $"{{ printf 'exec: \"%s\": executable file not found in $PATH' {program} >&2; exit 128; }}",
            .. plan.Groups.Select(g => $"echo 0 >{Quote(g + "/cgroup.procs")}"),
            $"echo \"$id\" >{Quote(plan.Started + ".new")}",
            $"/bin/mv {Quote(plan.Started + ".new")} {Quote(plan.Started)}",
            $"exec \"$enter\" {identity}--groups={groups} \"$root\" /usr/bin/env -C {directory} -- {command} 2>&3 3>&-",
        ];
    }
}
