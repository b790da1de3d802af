using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>The volumes of a pod as folders of this machine.</summary>
internal sealed class PodVolumes
{
    private const int AllMayWrite = 0b111_111_111;
    private const int GroupMayRead = 0b000_100_000;
    private const int FoldersOfGroup = 0b10_111_111_111;

    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly Pod _pod;

    private PodVolumes(Pod pod) => _pod = pod;

    /// <summary>Makes them.</summary>
    /// <param name="pod">Whose.</param>
    /// <param name="folder">Where, for those that are folders of their own.</param>
    /// <param name="inputs">What comes from the API.</param>
    /// <param name="images">What comes from images.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="PodSetupException">What a volume takes is not there.</exception>
    public static async Task<PodVolumes> CreateAsync(Pod pod, string folder, PodInputs inputs, KubeletImages images, CancellationToken cancellationToken)
    {
        var made = new PodVolumes(pod);
        foreach (var volume in pod.Spec.Volumes)
        {
            try
            {
                made._folders[volume.Name] = await FolderAsync(pod, volume, Path.Combine(folder, volume.Name), inputs, images, cancellationToken);
            }
            catch (PodSetupException e)
            {
                throw new PodSetupException($"MountVolume.SetUp failed for volume \"{volume.Name}\" : {e.Message}");
            }
        }

        return made;
    }

    /// <summary>What a container sees of them, outer folders first.</summary>
    /// <exception cref="PodSetupException">A mount names no volume.</exception>
    public IReadOnlyList<BindMount> MountsOf(Container container) =>
    [
        .. container.VolumeMounts.OrderBy(m => m.MountPath.Length).Select(mount =>
        {
            var volume = _pod.Spec.Volumes.FirstOrDefault(v => v.Name == mount.Name) ?? throw new PodSetupException($"no volume \"{mount.Name}\"");
            return new BindMount(Part(_folders[volume.Name], mount.SubPath, volume), mount.MountPath, volume.IsReadOnly || mount.ReadOnly == true);
        }),
    ];

    /// <summary>What a kubelet says when an emptyDir holds more than it may; null while none does.</summary>
    public string? OverLimit()
    {
        foreach (var volume in _pod.Spec.Volumes)
        {
            if (volume.EmptyDir?.SizeLimit is { } limit && BytesIn(_folders[volume.Name]) > Quantities.Whole(limit))
            {
                return $"Usage of EmptyDir volume \"{volume.Name}\" exceeds the limit \"{limit}\". ";
            }
        }

        return null;
    }

    private static string Part(string folder, string? subPath, Volume volume)
    {
        if (string.IsNullOrEmpty(subPath))
        {
            return folder;
        }

        var path = Path.Combine(folder, subPath);
        if (!Path.Exists(path))
        {
            if (volume.IsReadOnly)
            {
                throw new PodSetupException($"failed to prepare subPath for volumeMount \"{volume.Name}\": \"{subPath}\" is not there");
            }

            Directory.CreateDirectory(path);
            SetMode(path, AllMayWrite);
        }

        return path;
    }

    private static async Task<string> FolderAsync(
        Pod pod, Volume volume, string own, PodInputs inputs, KubeletImages images, CancellationToken cancellationToken)
    {
        if (volume.HostPath is { } host)
        {
            return Path.Exists(host.Path) ? host.Path : throw new PodSetupException($"hostPath type check failed: {host.Path} is not there");
        }

        if (volume.Image is { } image)
        {
            var pull = images.Pull(image.Reference, image.PullPolicy);
            return pull.Image is { } found
                ? found.Folder ?? throw new PodSetupException($"image \"{image.Reference}\" has no folder that could be mounted")
                : throw new PodSetupException(pull.Message);
        }

        Directory.CreateDirectory(own);
        if (volume.EmptyDir is not null)
        {
            SetMode(own, AllMayWrite);
        }
        else
        {
            Write(own, await VolumeFiles.OfAsync(pod, volume, inputs, cancellationToken));
        }

        if (pod.Spec.SecurityContext.FsGroup is { } group)
        {
            await GiveToGroupAsync(own, group, volume.IsReadOnly);
        }

        return own;
    }

    private static void Write(string folder, IEnumerable<VolumeFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
            SetMode(path, file.Mode);
        }
    }

    // As a kubelet does with fsGroup: the group owns what is there, may read it, and what is made in an emptyDir is its too.
    private static async Task GiveToGroupAsync(string folder, long group, bool isReadOnly)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $":{group}");
        (await CommandRun.RunAsync(new ProcessRequest { Program = "chown", Arguments = ["-R", "-h", owner, folder] })).Succeeded();
        if (!isReadOnly)
        {
            SetMode(folder, FoldersOfGroup);
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | (UnixFileMode)GroupMayRead);
        }
    }

    private static long BytesIn(string folder)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", all).Sum(f => f.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file went meanwhile; the next look counts again.
            return 0;
        }
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }
}
