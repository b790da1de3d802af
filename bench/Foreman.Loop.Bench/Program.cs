using Foreman.Bench.Loop;

// Prints rows of a table; exit codes: 0 all aims were met, 1 one was missed, 2 it could not be measured.
try
{
    var isMet = true;
    foreach (var row in await LoopTimes.MeasureAsync(TimeProvider.System, CancellationToken.None))
    {
        Console.WriteLine(row);
        isMet &= row.IsMet;
    }

    return isMet ? 0 : 1;
}
catch (Exception e) when (e is InvalidOperationException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
