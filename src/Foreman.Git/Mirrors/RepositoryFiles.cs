using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Foreman.Git.Commands;
using Foreman.Primitives;

namespace Foreman.Git.Mirrors;

/// <summary>The files of repositories that this project writes and moves itself.</summary>
internal static partial class RepositoryFiles
{
    private const string Sha256 = "objectFormat = sha256";
    private const int MaxConfigurationBytes = 64 * 1024;
    private static readonly string[] PackFiles = [".pack", ".idx", ".rev", ".promisor"];

    /// <summary>A folder's name for an address: readable, and different for different addresses.</summary>
    public static string KeyOf(RepositoryAddress address)
    {
        var readable = new string([.. $"{address.Host}-{address.FullName}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')]).Trim('.', '-');
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.Url)))[..12];
        return $"{readable[..Math.Min(readable.Length, 80)]}-{hash}";
    }

    /// <summary>The whole configuration of a repository; where it fetches from, and that it may lack contents of files.</summary>
    /// <param name="remotes">Names and addresses of what it fetches from.</param>
    /// <param name="bare">True for a mirror.</param>
    /// <param name="partial">True when contents of files are fetched later.</param>
    /// <param name="sha256">True when its objects are named by SHA-256.</param>
    public static string Configuration(IReadOnlyList<(string Name, RepositoryAddress Address)> remotes, bool bare, bool partial, bool sha256)
    {
        var text = new StringBuilder();
        text.Append($"[core]\n\trepositoryformatversion = {(partial || sha256 ? 1 : 0)}\n\tbare = {(bare ? "true" : "false")}\n");
        if (partial)
        {
            text.Append($"[extensions]\n\tpartialClone = {remotes[0].Name}\n");
        }

        if (sha256)
        {
            text.Append($"[extensions]\n\t{Sha256}\n");
        }

        foreach (var (name, address) in remotes)
        {
            // The characters of an address need no escapes; those of a folder may.
            text.Append($"[remote \"{name}\"]\n\turl = \"{address.Url.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n");
            if (partial)
            {
                text.Append("\tpromisor = true\n\tpartialclonefilter = blob:none\n");
            }
        }

        return text.ToString();
    }

    /// <summary>True when <see cref="Configuration"/> says that its objects are named by SHA-256.</summary>
    public static bool IsSha256(string gitDir) => BoundedText.ReadFile(Path.Combine(gitDir, "config"), MaxConfigurationBytes)?.Text.Contains(Sha256, StringComparison.Ordinal) == true;

    /// <summary>The command that makes an empty repository without files.</summary>
    public static GitCall Init(string gitDir, bool sha256) => new("init", "--quiet", "--bare", "--template=", sha256 ? "--object-format=sha256" : "--object-format=sha1", "--", gitDir);

    /// <summary>Writes a file whole: under another name, then renamed.</summary>
    public static void Write(string path, string text)
    {
        var temporary = path + ".new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>True when contents of files may be missing in it.</summary>
    public static bool IsPartial(string gitDir) => Directory.Exists(PackFolder(gitDir)) && Directory.EnumerateFiles(PackFolder(gitDir), "*.promisor").Any();

    /// <summary>How many packs it has.</summary>
    public static int Packs(string gitDir) => Directory.Exists(PackFolder(gitDir)) ? Directory.EnumerateFiles(PackFolder(gitDir), "*.pack").Count() : 0;

    /// <summary>
    /// Gives a repository the packs of another: as further names of the same files, or copies where that can't be. It depends on the other
    /// one no more, which may be repaired or removed.
    /// </summary>
    public static void ShareObjects(string from, string to)
    {
        Directory.CreateDirectory(PackFolder(to));

        // The index comes last: git takes a pack for whole when it sees that.
        foreach (var file in Directory.EnumerateFiles(PackFolder(from), "pack-*").Where(f => PackFiles.Contains(Path.GetExtension(f))).OrderBy(f => Path.GetExtension(f) == ".idx"))
        {
            var target = Path.Combine(PackFolder(to), Path.GetFileName(file));
            if (!File.Exists(target) && Link(file, target) != 0)
            {
                File.Copy(file, target);
            }
        }
    }

    /// <summary>Removes the locks that commands which were ended have left; nobody else may be at work on the repository.</summary>
    public static void RemoveLocks(string gitDir)
    {
        foreach (var file in Directory.EnumerateFiles(gitDir, "*.lock", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }

    /// <summary>Unfinished packs that have not been written to for a day.</summary>
    public static IEnumerable<FileInfo> UnfinishedPacks(string gitDir, DateTime now) => Directory.Exists(PackFolder(gitDir))
        ? new DirectoryInfo(PackFolder(gitDir)).EnumerateFiles("tmp_*").Where(f => now - f.LastWriteTimeUtc > TimeSpan.FromDays(1))
        : [];

    /// <summary>Removes these.</summary>
    public static void RemoveUnfinishedPacks(string gitDir, DateTime now)
    {
        foreach (var file in UnfinishedPacks(gitDir, now))
        {
            file.Delete();
        }
    }

    /// <summary>Bytes of all files below a folder; 0 when it is gone.</summary>
    public static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
                .Sum(f => Length(f));
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Removes a folder, whatever is in it; nothing when it is gone.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static string PackFolder(string gitDir) => Path.Combine(gitDir, "objects", "pack");

    private static int Link(string from, string to) => OperatingSystem.IsWindows() ? -1 : LinkFile(from, to);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkFile(string from, string to);
}
