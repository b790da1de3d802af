using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Outboxes;

/// <summary>
/// The final writes of this host that the API server has not acknowledged, one file each. What is stored here survives
/// the process, the power, and any outage of the API; what the disk does not take is kept in memory while the process lives.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Space set aside before a claim: the largest result, its conditions and its entry.</summary>
    public const int ReservedBytes = 160 * 1024;

    // A file that is larger is none of ours.
    private const int MaxFileBytes = 4 * 1024 * 1024;

    private const string EntrySuffix = ".json";
    private const string ReservationSuffix = ".reserved";

    private readonly ConcurrentDictionary<AttemptKey, OutboxEntry> _unstored = new();
    private readonly ConcurrentDictionary<string, bool> _leftAlone = new(StringComparer.Ordinal);
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
        if (PathOf(key, ReservationSuffix) is not { } path)
        {
            return NoUid(key);
        }

        try
        {
            Directory.CreateDirectory(_directory);
            DurableFile.Reserve(path, ReservedBytes);
            return null;
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            Delete(path);
            return $"no room for a result under {_directory}: {e.Message}";
        }
    }

    /// <summary>Keeps a final write: durably, or in memory when the disk does not take it. It throws nothing.</summary>
    /// <returns>Why it is in memory only; null when it is stored.</returns>
    public string? Keep(OutboxEntry entry)
    {
        // Found even while it is being stored.
        _unstored[entry.Key] = entry;
        string? fault;
        try
        {
            fault = Store(entry);
        }
        catch (Exception e)
        {
            fault = $"the result cannot be stored under {_directory}: {e.GetType().Name}: {e.Message}";
        }

        if (fault is null)
        {
            _unstored.TryRemove(entry.Key, out _);
        }

        return fault;
    }

    /// <summary>Stores a final write durably.</summary>
    /// <returns>Why that is not possible; null when it is done.</returns>
    public string? Store(OutboxEntry entry)
    {
        if (PathOf(entry.Key, EntrySuffix) is not { } path)
        {
            return NoUid(entry.Key);
        }

        Release(entry.Key);
        try
        {
            Directory.CreateDirectory(_directory);
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(entry, OutboxJson.Default.OutboxEntry));
            return null;
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            return $"the result cannot be stored under {_directory}: {e.Message}";
        }
    }

    /// <summary>What waits for an attempt, or null.</summary>
    public OutboxEntry? Find(AttemptKey key) =>
        _unstored.TryGetValue(key, out var entry) ? entry : PathOf(key, EntrySuffix) is { } path && File.Exists(path) ? Read(path) : null;

    /// <summary>True when a final write is in memory only: it is lost when this process ends.</summary>
    public bool IsUnstored(AttemptKey key) => _unstored.ContainsKey(key);

    /// <summary>Everything that waits, in no order. Files of others are left alone and told of once.</summary>
    /// <exception cref="IOException">The directory can't be read.</exception>
    public IReadOnlyList<OutboxEntry> All()
    {
        var unstored = _unstored.Values.ToList();
        var stored = Directory.Exists(_directory)
            ? Directory.EnumerateFiles(_directory, "*" + EntrySuffix).Select(Read).OfType<OutboxEntry>().ToList()
            : [];
        return [.. unstored, .. stored.Where(e => !_unstored.ContainsKey(e.Key))];
    }

    /// <summary>The write is acknowledged, or will never be taken.</summary>
    public void Remove(AttemptKey key)
    {
        _unstored.TryRemove(key, out _);
        Release(key);
        if (PathOf(key, EntrySuffix) is { } path)
        {
            Delete(path);
        }
    }

    /// <summary>Gives back the space that was set aside.</summary>
    public void Release(AttemptKey key)
    {
        if (PathOf(key, ReservationSuffix) is { } path)
        {
            Delete(path);
        }
    }

    /// <summary>Gives back what a process that is no more had set aside, and takes away torn files.</summary>
    /// <exception cref="IOException">The directory can't be read.</exception>
    public void Tidy(Func<string, bool> isInUse)
    {
        if (!Directory.Exists(_directory))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(_directory).Where(p => p.EndsWith(ReservationSuffix, StringComparison.Ordinal) || p.EndsWith(".tmp", StringComparison.Ordinal)).ToList())
        {
            if (!isInUse(Path.GetFileName(path).Split('.')[0]))
            {
                Delete(path);
            }
        }
    }

    /// <summary>Name of an attempt's files, without what tells them apart.</summary>
    public static string NameOf(AttemptKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Uid}-{key.Number}");

    // UIDs come from the API server. They are UUIDs everywhere, and a name that could lead elsewhere is never used.
    private string? PathOf(AttemptKey key, string suffix) =>
        Guid.TryParseExact(key.Uid, "D", out _) ? Path.Combine(_directory, NameOf(key) + suffix) : null;

    private static string NoUid(AttemptKey key) => $"the task's UID '{key.Uid}' is not a UUID";

    private OutboxEntry? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                LeaveAlone(path, $"it is larger than {MaxFileBytes >> 20} MiB");
                return null;
            }

            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(path), OutboxJson.Default.OutboxEntry);
            if (entry is not { Format: OutboxEntry.CurrentFormat } || (entry.Completion is null) == (entry.GivenBack is null))
            {
                if (_leftAlone.TryAdd(path, true))
                {
                    _logger.OutboxFileOfAnotherRelease(path);
                }

                return null;
            }

            if (entry.Namespace is { Length: > 0 } && entry.Name is { Length: > 0 } && entry.Holder is { Length: > 0 } && entry.Uid is not null && PathOf(entry.Key, EntrySuffix) == path)
            {
                return entry;
            }

            LeaveAlone(path, "its name is not that of the UID and the attempt in it, or these are none");
        }
        catch (FileNotFoundException)
        {
            // It was acknowledged meanwhile.
        }
        catch (Exception e)
        {
            // Whatever lies there, it must not keep the results beside it.
            LeaveAlone(path, e.Message);
        }

        return null;
    }

    private void LeaveAlone(string path, string why)
    {
        if (_leftAlone.TryAdd(path, true))
        {
            _logger.OutboxFileUnreadable(path, why);
        }
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
