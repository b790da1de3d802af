namespace Foreman.Schedules;

/// <summary>
/// The schedules in a file, one change at a time. What is in memory is what is stored: a change that can't be written has not happened.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="audit">Told what happened once it is stored.</param>
internal sealed class ScheduleFileStore(ISchedulesFile file, IScheduleAudit audit) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile ScheduleBook? _book;
    private IDisposable? _lock;

    /// <summary>The schedules as they were read or written last; none before that.</summary>
    public ScheduleBook Known => _book ?? ScheduleBook.Empty;

    /// <summary>Takes the file for this process and reads it, unless that was done before.</summary>
    /// <exception cref="ScheduleException">It can't be used; it was left as it is.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => BookAsync(cancellationToken);

    /// <summary>The schedules.</summary>
    /// <exception cref="ScheduleException">The file can't be used; it was left as it is.</exception>
    public async Task<ScheduleBook> BookAsync(CancellationToken cancellationToken) =>
        _book ?? await ChangeAsync(book => new BookEdit<ScheduleBook>(book, [], book), cancellationToken);

    /// <summary>Reads the file again.</summary>
    /// <exception cref="ScheduleException">It can't be used; what was read before stays.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _lock ??= Lock();
            _book = Read();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes the schedules.</summary>
    /// <typeparam name="T">What the caller gets.</typeparam>
    /// <param name="change">Says what they become. Its exceptions leave all as it was.</param>
    /// <param name="cancellationToken">Gives up before anything was changed.</param>
    /// <exception cref="ScheduleException">The file can't be used or written; nothing was changed.</exception>
    public async Task<T> ChangeAsync<T>(Func<ScheduleBook, BookEdit<T>> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _lock ??= Lock();
            var book = _book ??= Read();
            var edit = change(book);
            if (!ReferenceEquals(edit.Book, book))
            {
                Write(edit.Book);
                _book = edit.Book;
            }

            foreach (var happened in edit.Events)
            {
                audit.Record(happened);
            }

            return edit.Result;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _gate.Dispose();
    }

    private IDisposable Lock()
    {
        try
        {
            return file.Lock();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScheduleException($"{file.Path} can't be used: {e.Message}; if another operator uses it, stop that one, or give this one a file of its own", e);
        }
    }

    private ScheduleBook Read()
    {
        try
        {
            return file.Read(StoredSchedules.MaxBytes) is { } content ? StoredSchedules.Read(content) : ScheduleBook.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ScheduleException)
        {
            throw new ScheduleException($"{file.Path} can't be read: {e.Message}; it was left as it is: mend it, or move it away to begin without schedules of models", e);
        }
    }

    private void Write(ScheduleBook book)
    {
        try
        {
            file.Write(StoredSchedules.Write(book));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScheduleException($"{file.Path} can't be written: {e.Message}; nothing was changed", e);
        }
    }
}
