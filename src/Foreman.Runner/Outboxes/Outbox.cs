using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Outboxes;

/// <summary>
/// The final writes of this host that the API server has not acknowledged, one file each. What is stored here survives
/// the process, the power, and any outage of the API.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Space set aside before a claim: the largest result, its conditions and its entry.</summary>
    public const int ReservedBytes = 160 * 1024;

    private const string EntrySuffix = ".json";
    private const string ReservationSuffix = ".reserved";

    private readonly string _directory;
    private readonly ILogger _logger;

    public Outbox(string directory, ILogger logger)
    {
        _directory = directory;
        _logger = logger;
    }

    /// <summary>Sets disk space aside for the result of an attempt.</summary>
    /// <returns>Why that is not possible; null when it is done.</returns>
    public string? Reserve(AttemptKey key)
    {
        try
        {
            Directory.CreateDirectory(_directory);
            DurableFile.Reserve(PathOf(key, ReservationSuffix), ReservedBytes);
            return null;
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            Delete(PathOf(key, ReservationSuffix));
            return $"no room for a result under {_directory}: {e.Message}";
        }
    }

    /// <summary>Stores a final write durably.</summary>
    /// <returns>Why that is not possible; null when it is done.</returns>
    public string? Store(OutboxEntry entry)
    {
        Release(entry.Key);
        try
        {
            Directory.CreateDirectory(_directory);
            DurableFile.Write(PathOf(entry.Key, EntrySuffix), JsonSerializer.SerializeToUtf8Bytes(entry, OutboxJson.Default.OutboxEntry));
            return null;
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            return $"the result cannot be stored under {_directory}: {e.Message}";
        }
    }

    /// <summary>What waits for an attempt, or null.</summary>
    public OutboxEntry? Find(AttemptKey key)
    {
        var path = PathOf(key, EntrySuffix);
        return File.Exists(path) ? Read(path) : null;
    }

    /// <summary>Everything that waits, in no order.</summary>
    public IReadOnlyList<OutboxEntry> All() =>
        Directory.Exists(_directory)
            ? [.. Directory.EnumerateFiles(_directory, "*" + EntrySuffix).Select(Read).OfType<OutboxEntry>()]
            : [];

    /// <summary>The write is acknowledged, or will never be taken.</summary>
    public void Remove(AttemptKey key)
    {
        Release(key);
        Delete(PathOf(key, EntrySuffix));
    }

    /// <summary>Gives back the space that was set aside.</summary>
    public void Release(AttemptKey key) => Delete(PathOf(key, ReservationSuffix));

    /// <summary>Gives back what a process that is no more had set aside, and takes away torn files.</summary>
    public void Tidy(Func<string, bool> isInUse)
    {
        if (!Directory.Exists(_directory))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(_directory).Where(p => p.EndsWith(ReservationSuffix, StringComparison.Ordinal) || p.EndsWith(".tmp", StringComparison.Ordinal)))
        {
            if (!isInUse(Path.GetFileName(path).Split('.')[0]))
            {
                Delete(path);
            }
        }
    }

    /// <summary>Name of an attempt's files, without what tells them apart.</summary>
    public static string NameOf(AttemptKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Uid}-{key.Number}");

    // UIDs come from the API server. They are UUIDs everywhere, but a name that could lead elsewhere is never used.
    private string PathOf(AttemptKey key, string suffix) =>
        key.Uid.Length is > 0 and <= 128 && key.Uid.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? Path.Combine(_directory, NameOf(key) + suffix)
            : throw new InvalidDataException($"the task's UID '{key.Uid}' is not a UUID");

    private OutboxEntry? Read(string path)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Default.OutboxEntry);
            if (entry is { Format: OutboxEntry.CurrentFormat } && (entry.Completion is null) != (entry.GivenBack is null))
            {
                return entry;
            }

            _logger.OutboxFileOfAnotherRelease(path);
        }
        catch (FileNotFoundException)
        {
            // It was acknowledged meanwhile.
        }
        catch (Exception e) when (e is JsonException || IsDiskFault(e))
        {
            _logger.OutboxFileUnreadable(path, e.Message);
        }

        return null;
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            _logger.OutboxFileStays(path, e.Message);
        }
    }

    private static bool IsDiskFault(Exception e) => e is IOException or UnauthorizedAccessException;
}
