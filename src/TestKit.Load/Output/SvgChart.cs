using System.Globalization;
using System.Net;
using System.Text;

namespace ChainBridge.TestKit.Load.Output;

/// <summary>A chart as SVG, drawn here: a page with it needs no script and no network.</summary>
/// <param name="logarithmic">The vertical axis.</param>
internal sealed class SvgChart(string title, string unit, double highestX, double lowestY, double highestY, bool logarithmic = false)
{
    private const int Width = 960, Height = 260, Left = 66, Right = 14, Top = 30, Bottom = 34;
    private readonly StringBuilder _inside = new();
    private readonly StringBuilder _legend = new();
    private readonly double _lowestY = logarithmic ? Math.Max(lowestY, 1e-3) : lowestY;
    private readonly double _highestY = Math.Max(highestY, (logarithmic ? Math.Max(lowestY, 1e-3) : lowestY) * 1.001 + 1e-6);
    private int _series;

    /// <summary>The next number that reads well at the end of an axis with four parts.</summary>
    public static double Nice(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, value))));
        return new[] { 1, 1.2, 2, 2.4, 4, 6, 8, 10 }.Select(factor => factor * power).First(level => level >= value);
    }

    public void Line(string name, string colour, IEnumerable<(double X, double Y)> points)
    {
        var path = string.Join(' ', points.Select(point => $"{Number(X(point.X))},{Number(Y(point.Y))}"));
        _inside.Append($"<polyline fill='none' stroke='{colour}' stroke-width='1.6' points='{path}'/>");
        Name(name, colour);
    }

    public void Bars(string name, string colour, IEnumerable<(double From, double To, double Y)> bars)
    {
        foreach (var (from, to, y) in bars)
            _inside.Append($"<rect x='{Number(X(from))}' y='{Number(Y(y))}' width='{Number(Math.Max(0.8, X(to) - X(from) - 0.5))}' "
                + $"height='{Number(Math.Max(0, Height - Bottom - Y(y)))}' fill='{colour}'><title>{Number(y)}</title></rect>");
        Name(name, colour);
    }

    /// <summary>A vertical line with a word.</summary>
    public void Mark(double x, string text, int row) => _inside.Append(
        $"<line class='mark' x1='{Number(X(x))}' x2='{Number(X(x))}' y1='{Top}' y2='{Height - Bottom}'/>"
        + $"<text class='mark' x='{Number(X(x) + 3)}' y='{Top + 10 + (row % 6 * 11)}'>{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>A horizontal line with a word: a limit.</summary>
    public void Limit(double y, string text)
    {
        if (y < _lowestY || y > _highestY) return;
        _inside.Append($"<line class='limit' x1='{Left}' x2='{Width - Right}' y1='{Number(Y(y))}' y2='{Number(Y(y))}'/>"
            + $"<text class='limit' x='{Width - Right - 4}' y='{Number(Y(y) - 4)}' text-anchor='end'>{WebUtility.HtmlEncode(text)}</text>");
    }

    /// <param name="ticks">Places of the horizontal axis with their words.</param>
    public string Draw(IEnumerable<(double X, string Text)> ticks)
    {
        var grid = new StringBuilder();
        foreach (var y in Levels())
            grid.Append($"<line class='grid' x1='{Left}' x2='{Width - Right}' y1='{Number(Y(y))}' y2='{Number(Y(y))}'/>"
                + $"<text x='{Left - 6}' y='{Number(Y(y) + 4)}' text-anchor='end'>{Label(y)}</text>");
        foreach (var (x, text) in ticks)
            grid.Append($"<line class='grid' x1='{Number(X(x))}' x2='{Number(X(x))}' y1='{Top}' y2='{Height - Bottom}'/>"
                + $"<text x='{Number(X(x))}' y='{Height - Bottom + 16}' text-anchor='{(x >= highestX * 0.97 ? "end" : "middle")}'>"
                + $"{WebUtility.HtmlEncode(text)}</text>");
        return $"<svg viewBox='0 0 {Width} {Height}' role='img' aria-label='{WebUtility.HtmlEncode(title)}'>"
            + $"<text class='title' x='{Left}' y='18'>{WebUtility.HtmlEncode(title)} <tspan "
                + $"class='unit'>{WebUtility.HtmlEncode(unit)}</tspan></text>"
            + $"{_legend}{grid}{_inside}</svg>";
    }

    private void Name(string name, string colour)
    {
        var x = Width - Right - 80 - (_series++ * 92);
        _legend.Append($"<rect x='{x}' y='10' width='10' height='10' fill='{colour}'/><text x='{x + 14}' "
            + $"y='19'>{WebUtility.HtmlEncode(name)}</text>");
    }

    private IEnumerable<double> Levels()
    {
        if (!logarithmic) return Enumerable.Range(0, 5).Select(step => _lowestY + ((_highestY - _lowestY) * step / 4));
        var powers = Enumerable.Range((int)Math.Ceiling(Math.Log10(_lowestY)), 12).Select(power => Math.Pow(10, power))
            .TakeWhile(level => level <= _highestY).ToList();
        return powers.Count >= 3 ? powers : powers.Prepend(Math.Pow(10, Math.Floor(Math.Log10(_lowestY))))
            .SelectMany(power => new[] { power, 2 * power, 5 * power }).Distinct().Where(level => level >= _lowestY)
            .Where(level => level <= _highestY);
    }

    private double X(double x) => Left + ((Width - Left - Right) * Math.Clamp(x / Math.Max(highestX, 1e-9), 0, 1));

    private double Y(double y)
    {
        var share = logarithmic
            ? Math.Log(Math.Max(y, _lowestY) / _lowestY) / Math.Log(_highestY / _lowestY)
            : (y - _lowestY) / (_highestY - _lowestY);
        return Height - Bottom - ((Height - Top - Bottom) * Math.Clamp(share, 0, 1));
    }

    private static string Label(double value) => value >= 1_000_000 ? $"{Number(value / 1e6)}M" : value >= 10_000
        ? $"{Number(value / 1000)}k"
        : value.ToString(value < 0.1 ? "0.###" : "0.##", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
