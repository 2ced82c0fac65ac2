using System.Globalization;

namespace ChainBridge.Engine.Manifest;

/// <summary>
/// One mapping of the manifest while it is read. Every key that is asked for is a known key; <see cref="Close"/>
/// reports the others, so that the reading code is the only list of keys there is.
/// </summary>
internal sealed class Section
{
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly Problems _problems;
    private readonly Variables _variables;
    private readonly string _name;

    public Section(YamlMap map, string name, Problems problems, Variables variables)
    {
        (At, _name, _problems, _variables) = (map, name, problems, variables);
        foreach (var entry in map.Entries)
        {
            if (entry.Key is not YamlScalar key)
                problems.Add(entry.Key, $"a key of {name} is not a word", "write key: value");
            else if (!_entries.TryAdd(key.Text, entry))
                problems.Add(key, $"the key '{key.Text}' is in {name} twice",
                    $"keep one; the first is on line {_entries[key.Text].Key.Line}");
        }
    }

    /// <summary>Where the section stands.</summary>
    public YamlMap At { get; }

    /// <summary>Where the value of a key stands, or the section itself.</summary>
    public YamlValue Place(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : At;

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    public string? Text(string key, string? fallback = null, bool required = false)
    {
        var value = Find(key, required);
        if (value is null) return fallback;
        if (value is YamlScalar scalar) return _variables.Expand(scalar) ?? fallback;
        Wrong(value, key, "a text");
        return fallback;
    }

    /// <summary>
    /// The name of the environment variable that has a secret, as <c>NAME</c> or <c>${NAME}</c>. What else stands there is not shown:
    /// it may be the secret.
    /// </summary>
    public SecretName? Secret(string key, bool required = false)
    {
        var value = Find(key, required);
        if (value is null) return null;
        if (value is YamlScalar scalar && SecretName.VariableIn(scalar.Text) is { } name) return new(name, _problems.PlaceOf(value));
        _problems.Add(value, $"{$"{_name}.{key}".TrimStart('.')} is not the name of an environment variable",
            "secrets are not written here: name the variable that has it, e.g. HOOK_SECRET");
        return null;
    }

    public int Integer(string key, int fallback, int minimum, int maximum) =>
        Parsed(key, fallback, $"a whole number from {minimum} to {maximum}",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum
                && number <= maximum ? number : null);

    /// <summary>Null where the key is not there.</summary>
    public int? OptionalInteger(string key, int minimum, int maximum) =>
        Integer(key, minimum - 1, minimum, maximum) is var number && number >= minimum ? number : null;

    public bool Flag(string key) =>
        Parsed(key, false, "true or false", text => text switch { "true" => true, "false" => false, _ => null });

    public TimeSpan Duration(string key, TimeSpan fallback) => Parsed(key, fallback, "a duration: 500ms, 5s, 15m, 24h or 7d",
        text => Quantities.Duration(text) is { Ticks: > 0 } duration ? duration : null);

    /// <summary>As <see cref="Duration"/>, for something that is waited for: the system's timers end at 24 days.</summary>
    public TimeSpan Wait(string key, TimeSpan fallback) => Parsed(key, fallback, "a duration of at most 24d: 500ms, 5s, 15m or 24h",
        text => Quantities.Duration(text) is { Ticks: > 0, TotalDays: <= 24 } duration ? duration : null);

    /// <summary>As <see cref="Duration"/>, and also <c>0s</c>.</summary>
    public TimeSpan DurationOrZero(string key, TimeSpan fallback) =>
        Parsed(key, fallback, "a duration: 0s, 500ms, 5s, 15m, 24h or 7d", Quantities.Duration);

    /// <summary>Null where the key is not there.</summary>
    public TimeSpan? OptionalDuration(string key) => Duration(key, TimeSpan.Zero) is { Ticks: > 0 } duration ? duration : null;

    /// <summary>Null where the key is not there.</summary>
    public long? OptionalSize(string key) => Size(key, -1) is >= 0 and var size ? size : null;

    public long Size(string key, long fallback) => Parsed(key, fallback, "a size: 200KB, 50MB or 1GB", Quantities.Size);

    public double Share(string key, double fallback) => Parsed(key, fallback, "a share from 0 to 1, e.g. 0.10",
        text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1
            ? share
            : null);

    /// <summary>A port; 0 where the key is not there.</summary>
    public int OptionalPort(string key) => Place(key) == At ? 0 : Integer(key, 0, 1, 65535);

    /// <param name="except">A value of the enum that a manifest cannot set.</param>
    public T Choice<T>(string key, T fallback, bool required = false, T? except = null) where T : struct, Enum
    {
        var names = Enum.GetValues<T>().Where(value => !value.Equals(except)).Select(value => value.ToString().ToLowerInvariant()).ToList();
        return Parsed(key, fallback, $"one of {string.Join(", ", names)}",
            text => names.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true) : null, required);
    }

    public IReadOnlyList<string>? Texts(string key, bool required = false)
    {
        var value = Find(key, required);
        if (value is null) return null;
        if (value is YamlList list && list.Items.All(item => item is YamlScalar))
            return [.. list.Items.Cast<YamlScalar>().Select(item => _variables.Expand(item) ?? "")];
        Wrong(value, key, "a list of texts: [one, two]");
        return null;
    }

    /// <summary>One text, or a list of them.</summary>
    public IReadOnlyList<string>? TextOrTexts(string key) =>
        Place(key) is YamlScalar ? Text(key) is { } one ? [one] : null : Texts(key);

    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        if (Child(key) is not { } child) return new Dictionary<string, string>();
        return child._entries.Keys.ToDictionary(name => name, name => child.Text(name) ?? "", StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, int> IntegerMap(string key, int minimum, int maximum)
    {
        if (Child(key) is not { } child) return new Dictionary<string, int>();
        return child._entries.Keys
            .ToDictionary(name => name, name => child.Integer(name, minimum, minimum, maximum), StringComparer.Ordinal);
    }

    /// <summary>The section under the key, or null (a problem is noted when it is required or no mapping).</summary>
    public Section? Child(string key, bool required = false)
    {
        var value = Find(key, required);
        if (value is YamlMap map) return new Section(map, $"{_name}.{key}".TrimStart('.'), _problems, _variables);
        if (value is not null) Wrong(value, key, "a mapping: key: value on lines of their own");
        return null;
    }

    /// <summary>The sections under the key by name, e.g. every service.</summary>
    public IEnumerable<(string Name, Section Section)> Children(string key, bool required = false)
    {
        if (Child(key, required) is not { } parent) yield break;
        foreach (var name in parent._entries.Keys)
            if (parent.Child(name, required: true) is { } child) yield return (name, child);
    }

    /// <summary>The sections of a list, e.g. every probe.</summary>
    public IEnumerable<Section> Items(string key)
    {
        var value = Find(key, required: false);
        if (value is null) yield break;
        if (value is not YamlList list)
        {
            Wrong(value, key, "a list: items that begin with '- '");
            yield break;
        }

        foreach (var (item, index) in list.Items.Select((item, index) => (item, index)))
            if (item is YamlMap map) yield return new Section(map, $"{_name}.{key}[{index}]".TrimStart('.'), _problems, _variables);
            else Wrong(item, $"{key}[{index}]", "a mapping");
    }

    /// <summary>A list whose items are texts or sections.</summary>
    /// <param name="expected">What a list of them looks like, for one that is none.</param>
    public IReadOnlyList<(YamlValue At, string? Text, Section? Section)>? TextsOrItems(string key, string expected)
    {
        var value = Find(key, required: false);
        if (value is null) return null;
        if (value is YamlList list && list.Items.All(item => item is YamlScalar or YamlMap))
            return [.. list.Items.Select((item, index) => (item, item is YamlScalar text ? _variables.Expand(text) ?? "" : null,
                item is YamlMap map ? new Section(map, $"{_name}.{key}[{index}]".TrimStart('.'), _problems, _variables) : null))];
        Wrong(value, key, expected);
        return null;
    }

    /// <summary>
    /// Reports every key that was not asked for, except extensions: <c>x-…</c> holds what the team keeps for itself, e.g. anchors.
    /// </summary>
    public void Close()
    {
        foreach (var (key, entry) in _entries.Where(entry => !_known.Contains(entry.Key)
            && !entry.Key.StartsWith("x-", StringComparison.Ordinal)))
            _problems.Add(entry.Key, $"unknown key '{key}' in {(_name.Length == 0 ? "the manifest" : _name)}",
                Spelling.Nearest(key, _known) is { } near ? $"did you mean '{near}'?" : $"known here: {string.Join(", ", _known)}");
    }

    private T Parsed<T>(string key, T fallback, string expected, Func<string, T?> parse, bool required = false) where T : struct
    {
        var value = Find(key, required);
        if (value is null) return fallback;
        string? text = null;
        if (value is YamlScalar scalar)
        {
            text = _variables.Expand(scalar);
            if (text is null) return fallback;
            if (parse(text) is { } parsed) return parsed;
        }

        Wrong(value, key, expected, text);
        return fallback;
    }

    private YamlValue? Find(string key, bool required)
    {
        if (!_known.Contains(key)) _known.Add(key);
        _problems.Ask($"{_name}.{key}".TrimStart('.'));
        if (_entries.TryGetValue(key, out var entry) && entry.Value is not YamlScalar { IsNull: true }) return entry.Value;
        if (required)
            _problems.Add(entry?.Value ?? At, $"{(_name.Length == 0 ? "the manifest" : _name)} lacks '{key}'", $"add {key}: …");
        return null;
    }

    /// <param name="expanded">What the text became, when variables were in it.</param>
    private void Wrong(YamlValue value, string key, string expected, string? expanded = null)
    {
        var found = value switch
        {
            YamlScalar scalar when expanded is not null && expanded != scalar.Text => $"'{expanded}', from {scalar.Text}",
            YamlScalar scalar => $"'{(scalar.Text.Length > 40 ? scalar.Text[..40] + "…" : scalar.Text)}'",
            YamlList => "a list",
            _ => "a mapping",
        };
        _problems.Add(value, $"{$"{_name}.{key}".TrimStart('.')} is {found}", $"expected {expected}");
    }
}
