namespace Foreman.Schedules.Tests.Fakes;

/// <summary>The process was killed: nothing after this happened.</summary>
internal sealed class KilledException() : Exception("the process was killed");

/// <summary>Where within a write the process is killed.</summary>
public enum KillPoint
{
    /// <summary>Before anything is on the disk.</summary>
    BeforeWrite,

    /// <summary>Half of the new file is there, under its other name.</summary>
    HalfWritten,

    /// <summary>All of it is there, under its other name.</summary>
    BeforeRename,

    /// <summary>It has its name.</summary>
    AfterRename,
}

/// <summary>A file on the disk whose writes can be broken.</summary>
internal sealed class BreakingFile(string path) : ISchedulesFile
{
    private readonly SchedulesFile _file = new(path);
    private bool _isDead;

    /// <summary>Writes that came so far.</summary>
    public int Writes { get; private set; }

    /// <summary>The write in which the process is killed, from 1, and where; null for none.</summary>
    public (int Write, KillPoint Point)? Kill { get; init; }

    /// <summary>What writes fail with; null for not at all.</summary>
    public Exception? Failure { get; set; }

    public string Path => _file.Path;

    /// <summary>From here on nothing more is written.</summary>
    public void Die() => _isDead = true;

    public IDisposable Lock() => _file.Lock();

    public byte[]? Read(int maxBytes) => _file.Read(maxBytes);

    public void Write(ReadOnlySpan<byte> content)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        if (_isDead)
        {
            throw new KilledException();
        }

        Writes++;
        if (Kill is { } kill && kill.Write == Writes)
        {
            Break(content, kill.Point);
        }

        _file.Write(content);
    }

    private void Break(ReadOnlySpan<byte> content, KillPoint point)
    {
        _isDead = true;
        switch (point)
        {
            case KillPoint.HalfWritten:
                File.WriteAllBytes(Path + ".tmp", content[..(content.Length / 2)]);
                break;
            case KillPoint.BeforeRename:
                File.WriteAllBytes(Path + ".tmp", content);
                break;
            case KillPoint.AfterRename:
                _file.Write(content);
                break;
            default:
                break;
        }

        throw new KilledException();
    }
}
