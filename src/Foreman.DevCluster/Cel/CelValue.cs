namespace Foreman.DevCluster.Cel;

/// <summary>A value of CEL, or the error that took its place.</summary>
internal abstract record CelValue
{
    /// <summary>The error of an operator or function that is not defined for the types of its arguments.</summary>
    public static CelValue NoOverload { get; } = new CelError("no such overload");

    /// <summary>Name of the type as CEL denotes it.</summary>
    public abstract string TypeName { get; }
}

/// <summary>The result of an evaluation that failed; operators pass it on, except <c>||</c>, <c>&amp;&amp;</c>, all and exists where the rest decides.</summary>
internal sealed record CelError(string Message) : CelValue
{
    public override string TypeName => "error";
}

internal sealed record CelNull : CelValue
{
    public static CelNull Value { get; } = new();

    public override string TypeName => "null_type";
}

internal sealed record CelBool(bool Value) : CelValue
{
    public static CelBool True { get; } = new(true);

    public static CelBool False { get; } = new(false);

    public override string TypeName => "bool";

    public static CelBool Of(bool value) => value ? True : False;
}

internal sealed record CelInt(long Value) : CelValue
{
    public override string TypeName => "int";
}

internal sealed record CelUint(ulong Value) : CelValue
{
    public override string TypeName => "uint";
}

internal sealed record CelDouble(double Value) : CelValue
{
    public override string TypeName => "double";
}

internal sealed record CelText(string Value) : CelValue
{
    public override string TypeName => "string";
}

internal sealed record CelBytes(byte[] Value) : CelValue
{
    public override string TypeName => "bytes";
}

/// <summary>A type as a value, such as <c>int</c> or the result of <c>type(1)</c>.</summary>
internal sealed record CelTypeValue(string Name) : CelValue
{
    public override string TypeName => "type";
}

/// <summary>Nanoseconds, negative ones too.</summary>
internal sealed record CelDuration(long Nanoseconds) : CelValue
{
    public override string TypeName => "google.protobuf.Duration";
}

/// <summary>Nanoseconds since 1970 in UTC, from the year 1 to the year 9999.</summary>
internal sealed record CelTime(Int128 Nanoseconds) : CelValue
{
    public override string TypeName => "google.protobuf.Timestamp";
}
